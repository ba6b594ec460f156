#!/bin/sh
# The report's tests open it in a real browser: install Chromium where the machine has none.
set -eu
command -v chromium >/dev/null || command -v chromium-browser >/dev/null && exit 0
if ! command -v apt-get >/dev/null; then
  echo "The report's tests need Chromium on the PATH; install it with your system's packages." >&2
  exit 1
fi
run=""
[ "$(id -u)" = 0 ] || run=sudo
DEBIAN_FRONTEND=noninteractive $run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
