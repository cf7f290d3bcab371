#!/usr/bin/env bash
# Have a Chromium and a Chinese font for the browser journeys: found, installed as root, or asked for.
set -euo pipefail

has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1
has_font() { fc-list :lang=zh-cn 2>/dev/null | grep -q .; }

if has_browser && has_font; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "make: the browser journeys need Chromium and a Chinese font; install them, for instance with" >&2
  echo "      sudo apt-get install chromium fonts-noto-cjk" >&2
  exit 1
fi
echo "Installing Chromium and a Chinese font"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig </dev/null >/dev/null
