#!/usr/bin/env bash
# Makes .venv: the packages of requirements.lock, checked by hash, and the board itself. Called by `make setup`.
set -euo pipefail
cd "$(dirname "$0")/.."

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if is_recent "$name"; then echo "$name"; return; fi
  done
  echo "setup: the board needs Python 3.11 or newer, found: $("${PYTHON:-python3}" --version 2>&1 || echo none)." >&2
  echo "setup: install it (Debian 12 and newer: apt-get install python3), or name it: make PYTHON=/path/to/python3.11" >&2
  exit 1
}

if ! is_recent .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    deploy/system-packages.sh "$("$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')"
  fi
  rm -rf .venv
  "$python" -m venv .venv
fi
echo "setup: installing the packages of requirements.lock into .venv (the first time this takes a minute or two)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
# Compiled now, whatever PYTHONDONTWRITEBYTECODE says: without it every process of the board would compile 1,500 modules at its start.
.venv/bin/python -m compileall -q -j 0 .venv/lib/python*/site-packages || true
