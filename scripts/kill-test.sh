#!/bin/bash
# kill-test.sh [--engines postgres,mongodb]: workers and copiers killed, databases and Temporal restarted in the middle of copies, on a lab with one node.
# KILLS=50 workers for each engine, and others in proportion; SEED=N repeats a run. Result in out/kill/copy.json. KEEP=1 leaves the lab, LAB=NAME names it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${LAB:-kill}
export IMAGES=${IMAGES:-lab.local/postgres:15 lab.local/ferretdb:1.24.2 rehelm/copier:dev}
# A copy of the compiled code: workers start from it all the time, and nobody who compiles meanwhile may change them.
made=node_modules/.cache/rehelm-kill
rm -rf "$made"
mkdir -p "$made"
cp -r dist package.json "$made"
exec scripts/with-lab.sh "$name" 1 node --enable-source-maps "$made/dist/test/kill/main.js" --lab "$name" --kills "${KILLS:-50}" ${SEED:+--seed "$SEED"} "$@"
