#!/usr/bin/env bash
# Build the browser's files from the locked npm packages.
set -euo pipefail
cd "$(dirname "$0")/../frontend"

if ! command -v npm >/dev/null; then
  echo "make: there is no npm; install Node.js 18 or newer (on Debian and Ubuntu: apt-get install nodejs npm)" >&2
  exit 1
fi
echo "Building the browser's files"
npm ci --no-audit --no-fund --loglevel=error
npm run --silent build
