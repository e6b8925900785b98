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

REHELM_TEMPORAL=$(bin/lab tools --print temporal)
REHELM_HELM=$(bin/lab tools --print helm)
export REHELM_TEMPORAL REHELM_HELM NODE_OPTIONS=--experimental-vm-modules
mkdir -p out
rm -f out/verify-*.json
status=0

# Temporal's worker hooks into every promise of its process, also into those of test files that come after it: such files have a process of their own.
with_worker='test/(workflows|cli|worker)/'
part unit and contract tests
jest --maxWorkers=2 --testPathIgnorePatterns "$with_worker" /node_modules/ test/e2e/ test/crash/ --json --outputFile=out/verify-unit.json || status=$?
part workflow and replay tests
jest --runInBand --testPathPatterns "$with_worker" --json --outputFile=out/verify-workflows.json || status=$?

NODE_OPTIONS= node -e '
const { readFileSync } = require("fs");
const parts = ["unit", "workflows"].map((name) => JSON.parse(readFileSync(`out/verify-${name}.json`, "utf8")));
const sum = (field) => parts.reduce((all, each) => all + each[field], 0);
const failed = Math.max(sum("numFailedTests"), sum("numFailedTestSuites"));
const skipped = sum("numPendingTests");
console.log(`${sum("numPassedTests")} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);'
exit $status
