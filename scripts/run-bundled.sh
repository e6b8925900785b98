#!/bin/bash
# run-bundled.sh ENTRY ARGUMENTS…: runs a program of the tests' folders, made into one file from its sources, with Temporal's server at hand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
entry=$1
shift
REHELM_TEMPORAL=${REHELM_TEMPORAL:-$(bin/lab tools --print temporal)}
export REHELM_TEMPORAL
bundle=node_modules/.cache/rehelm-bundled/${entry%.ts}.mjs
node -e '
require("esbuild").buildSync({
  entryPoints: [process.argv[1]], outfile: process.argv[2], bundle: true, packages: "external",
  platform: "node", format: "esm", target: "node24", sourcemap: "inline", logLevel: "error",
});' "$entry" "$bundle"
exec node --enable-source-maps "$bundle" "$@"
