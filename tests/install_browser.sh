#!/bin/sh
# Pages are tested in a real browser, with one font: install Chromium and DejaVu where the machine has none.
set -eu
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then
  ! command -v fc-list >/dev/null || fc-list | grep -qi "DejaVu Sans.*Oblique" && exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "The tests of pages need Chromium on the PATH, and the fonts DejaVu; install them with your system's packages." >&2
  exit 1
fi
run=""
[ "$(id -u)" = 0 ] || run=sudo
DEBIAN_FRONTEND=noninteractive $run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-dejavu-extra >/dev/null
