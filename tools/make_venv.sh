#!/usr/bin/env bash
# Make the Python environment from the lock file: make_venv.sh PYTHON VENV
set -euo pipefail
python=$1 venv=$2

fail() { echo "make: $*" >&2; exit 1; }

command -v "$python" >/dev/null || fail "there is no $python; install Python 3.11 or newer, or: make PYTHON=…"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "$("$python" --version) is too old; install Python 3.11 or newer, or: make PYTHON=python3.12 …"

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
  echo "Making the Python environment in $venv"
  rm -rf "$venv"
  "$python" -m venv "$venv" || fail "cannot make an environment; on Debian and Ubuntu: apt-get install python3-venv"
fi
echo "Installing the locked Python packages (a minute the first time)"
"$venv/bin/python" -m pip install --quiet --require-hashes --requirement requirements.lock
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
