#!/bin/bash
# bench-precopy.sh [--gibibytes 1,5]: a cutover after a copy ahead, with writers at work, on two servers of this machine. Result in out/bench/precopy.json; exits non-zero where a bar is missed.
# The whole takes about 15 minutes and 25 GB of disk.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
REHELM_POSTGRES_16=${REHELM_POSTGRES_16:-$(bin/lab tools --print postgres-16)}
REHELM_POSTGRES_18=${REHELM_POSTGRES_18:-$(bin/lab tools --print postgres-18)}
export REHELM_POSTGRES_16 REHELM_POSTGRES_18
exec node --enable-source-maps dist/bench/copy/precopy.js "$@"
