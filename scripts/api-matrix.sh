#!/bin/bash
# api-matrix.sh: who may what of the API, asked of the real one over a real Temporal: every operation of its document × who asks × whose run it is.
# Result in out/api/matrix.json; the last line says N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
REHELM_TEMPORAL=${REHELM_TEMPORAL:-$(bin/lab tools --print temporal)}
export REHELM_TEMPORAL
made=node_modules/.cache/rehelm-api-matrix
mkdir -p "$made"
node -e '
require("esbuild").buildSync({
  entryPoints: ["test/api/matrix/main.ts"], outfile: `${process.argv[1]}/matrix.mjs`, bundle: true, packages: "external",
  platform: "node", format: "esm", target: "node24", sourcemap: "inline", logLevel: "error",
});' "$made"
exec node --enable-source-maps "$made/matrix.mjs" "$@"
