#!/usr/bin/env bash
# Creates or updates the virtual environment: infra/environment.sh [--dev]
# Does nothing when the locks and pyproject.toml are those of its last run. PYTHON and VENV choose what and where.
set -euo pipefail
cd "$(dirname "$0")/.."

venv="${VENV:-.venv}"
supported='import sys; sys.exit(sys.version_info < (3, 11))'

choose_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$candidate" -c "$supported" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Tenure needs Python 3.11 or newer, and ${PYTHON:-python3} is not. Try: make PYTHON=/path/to/python3.13 demo" >&2
  return 1
}

install() {
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input "$@"
}

# once NAME FILE... -- COMMAND...: runs the command unless its last run saw these very files.
once() {
  local stamp="$venv/.$1" files=() seen
  shift
  while [ "$1" != -- ]; do files+=("$1"); shift; done
  shift
  seen="$(cksum "${files[@]}")"
  if [ "$(cat "$stamp" 2>/dev/null)" != "$seen" ]; then
    "$@"
    echo "$seen" >"$stamp"
  fi
}

packages() {
  echo "Installing $1 into $venv …"
  install --require-hashes -r "$1"
  # Where bytecode may not be written on import (PYTHONDONTWRITEBYTECODE), each process would compile it all anew.
  "$venv/bin/python" -m compileall -q -j 0 "$venv"/lib/*/site-packages >/dev/null || true
}

if ! "$venv/bin/python" -c "$supported" 2>/dev/null; then
  python="$(choose_python)"
  if [ -f "$venv/pyvenv.cfg" ]; then rm -rf "$venv"; fi
  "$python" -m venv "$venv"
fi
once packages requirements.txt -- packages requirements.txt
once tenure requirements.txt pyproject.toml -- install --no-deps --no-build-isolation --editable .
if [ "${1:-}" = --dev ]; then
  once packages-dev requirements.txt requirements-dev.txt -- packages requirements-dev.txt
fi
