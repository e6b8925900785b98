#!/bin/bash
# What must hold before every commit. Each part has its name, so that red says what. The last line counts tests: N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

part() { echo "── $*" >&2; }

part format and lint
biome check .
node dist/scripts/lint-imports.js
part types
tsc
part tests
REHELM_TEMPORAL=$(bin/lab tools --print temporal)
REHELM_HELM=$(bin/lab tools --print helm)
export REHELM_TEMPORAL REHELM_HELM
mkdir -p out
status=0
NODE_OPTIONS=--experimental-vm-modules node node_modules/jest/bin/jest.js --json --outputFile=out/verify.json "$@" || status=$?
node -e '
const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numFailedTestSuites: suites } = JSON.parse(require("fs").readFileSync("out/verify.json", "utf8"));
console.log(`${passed} passed, ${failed + (failed ? 0 : suites)} failed${skipped ? `, ${skipped} skipped` : ""}`);'
exit $status
