#!/usr/bin/env bash
# Have what the suite needs from the system: Chromium and fonts for the browser journeys, and a real IMAP server for the
# mail tests. Found, installed as root, or asked for.
set -euo pipefail

packages=()
nice=() # a test that needs it is skipped without
has() { for name in "$@"; do if command -v "$name" >/dev/null 2>&1; then return 0; fi; done; return 1; }
has_font() { [ -n "$(fc-list "$1" 2>/dev/null)" ]; }

PATH="$PATH:/usr/sbin" # where Debian puts servers, and not everybody looks
has chromium chromium-browser google-chrome google-chrome-stable || packages+=(chromium)
has dovecot || nice+=(dovecot-imapd)
has fc-list || packages+=(fontconfig)
has_font :lang=zh-cn || packages+=(fonts-noto-cjk)
has_font "Liberation Sans" || nice+=(fonts-liberation)

if [ -z "${packages[*]-}${nice[*]-}" ]; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! has apt-get; then
  [ -n "${packages[*]-}" ] || exit 0
  echo "make: the browser journeys need Chromium and a Chinese font; install what is missing, for instance with" >&2
  echo "      sudo apt-get install ${packages[*]} ${nice[*]-}" >&2
  exit 1
fi
packages+=("${nice[@]}")
echo "Installing ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
# Debian starts a server it installs; the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >/dev/null
