#!/bin/bash
# api-matrix.sh: who may what of the API, asked of the real one over a real Temporal: every operation of its document × who asks × whose run it is.
# Result in out/api/matrix.json; the last line says N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/run-bundled.sh test/api/matrix/main.ts "$@"
