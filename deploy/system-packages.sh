#!/usr/bin/env bash
# Installs those of the named Debian packages that are missing: as root or with a sudo that asks nothing.
# Where it cannot, it says which command to run and exits 1. Usage: deploy/system-packages.sh PACKAGE...
set -euo pipefail

is_present() {
  case "$1" in
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    redis-server) command -v redis-server || command -v valkey-server ;;
    curl | caddy) command -v "$1" ;;
    nginx) PATH="$PATH:/usr/sbin" command -v nginx ;;
    fonts-noto-cjk) command -v fc-list && fc-list :lang=zh-cn family | grep -q . ;;
    *) dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed ;;
  esac >/dev/null 2>&1
}

missing=()
for package in "$@"; do is_present "$package" || missing+=("$package"); done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install --yes --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null; then
  echo "Missing: ${missing[*]} (Debian's names). Install them with your system's package manager, then try again." >&2
  exit 1
elif [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "Missing: ${missing[*]}. Run this, then try again:" >&2
  echo "  sudo apt-get update && sudo $install" >&2
  exit 1
fi
echo "setup: installing ${missing[*]}"
# Debian starts what it installs; the board and its tests start servers of their own.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
  "${as_root[@]}" chmod +x /usr/sbin/policy-rc.d
  trap '"${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
fi
"${as_root[@]}" apt-get update --quiet --quiet
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install --quiet --quiet >/dev/null
