#!/bin/bash
# bench.sh: the main job's benchmark on a lab with two nodes. Result in out/bench/main-job.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/with-lab.sh bench 2 node --enable-source-maps dist/bench/main-job.js --lab bench "$@"
