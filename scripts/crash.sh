#!/bin/bash
# crash.sh [--kind KIND] [--only STEP/ROW] …: the real worker process, killed, frozen and reset at every crash point of a kind, against fakes that outlive it.
# Result in out/crash/KIND.json; the last line says N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
REHELM_TEMPORAL=${REHELM_TEMPORAL:-$(bin/lab tools --print temporal)}
export REHELM_TEMPORAL
# Compiled here and not in dist: this suite needs no lab, and nobody waits for tsc.
made=node_modules/.cache/rehelm-crash
mkdir -p "$made"
echo '{"type":"module"}' > "$made/package.json"
node -e '
const { buildSync } = require("esbuild");
const { globSync } = require("node:fs");
const shared = { platform: "node", format: "esm", target: "node24", sourcemap: "inline", logLevel: "error" };
buildSync({ ...shared, entryPoints: globSync("src/**/*.ts", { exclude: ["src/console/**"] }), outbase: ".", outdir: process.argv[1] });
buildSync({ ...shared, entryPoints: ["test/crash/main.ts"], outfile: `${process.argv[1]}/crash.mjs`, bundle: true, packages: "external" });' "$made"
exec node --enable-source-maps "$made/crash.mjs" --worker "$made/src/cli/main.js" "$@"
