#!/bin/bash
# drills.sh [--parts NAMES] [--only PATTERN] [--runs N]: every target of examples/failover-drill with every fault, and whatever may go wrong with a drill, on a lab with four nodes. Result in out/drills/matrix.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IMAGES=${IMAGES:-lab.local/postgres-ha:15 lab.local/node:24 rehelm/drill:dev rehelm/liar:dev}
exec scripts/with-lab.sh drills 4 node --enable-source-maps dist/test/e2e/drill/matrix.js --lab drills --out out/drills "$@"
