#!/bin/bash
# fuzz-api.sh: what schemathesis finds in the API, asked over HTTP with a real Temporal and runs in every state; then whether it finds bugs that are planted.
# --only all|right|linked|planted: one course, or the planted bugs alone, and its result in out/api/fuzz-PART.json; --serve: only the API with its seeds, until it is interrupted. Result in out/api/fuzz.json; the last line says how many cases and failures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cache=${REHELM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rehelm}
pinned=test/api/fuzz/requirements.txt
venv=$cache/schemathesis/$(sha256sum "$pinned" | cut -c1-12)
if [ ! -e "$venv/.complete" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$pinned"
  touch "$venv/.complete"
fi
export REHELM_SCHEMATHESIS=$venv/bin/schemathesis
exec scripts/run-bundled.sh test/api/fuzz/main.ts "$@"
