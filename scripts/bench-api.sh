#!/bin/bash
# bench-api.sh [--seconds 60] [--viewers 1,50,200] [--runs 2000]: the HTTP API under 50 lists a second and many readers, on a Temporal dev server of its own.
# Result in out/bench/api.json; exits non-zero where a bar is missed. Its figures count only on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
REHELM_TEMPORAL=${REHELM_TEMPORAL:-$(bin/lab tools --print temporal)}
export REHELM_TEMPORAL
exec node --enable-source-maps dist/bench/api/main.js "$@"
