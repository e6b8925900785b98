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
REHELM_FERRETDB=$(bin/lab tools --print ferretdb)
REHELM_VERSITYGW=$(bin/lab tools --print versitygw)
REHELM_REDIS=$(bin/lab tools --print redis-server)
for major in 11 12 15 16 17 18; do
  declare -x "REHELM_POSTGRES_$major=$(bin/lab tools --print "postgres-$major")"
done
export REHELM_TEMPORAL REHELM_HELM REHELM_FERRETDB REHELM_VERSITYGW REHELM_REDIS NODE_OPTIONS=--experimental-vm-modules
mkdir -p out
rm -f out/verify-*
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
status=0

# Side by side, since one computes and the other mostly waits for deadlines and for Temporal. Each file that has a Temporal worker is given a process of its
# own (a limit of 2 bytes ends it after its file): the worker hooks into every promise of its process, also into those of files that come after it.
with_worker='test/(workflows|cli|worker|api|runs)/'
# Ended by force: in one process with all of them, a file's leftover keeps it from ending by itself (which one is not known yet).
shard() {
  jest --forceExit --maxWorkers=1 --shard="$1/4" --testPathIgnorePatterns "$with_worker" /node_modules/ test/e2e/ test/crash/ --json --outputFile="out/verify-unit-$1.json" &> "out/verify-unit-$1.log"
}
{ failed=0; for number in 1 2 3; do shard "$number" || failed=1; done; exit "$failed"; } &
part workflow and replay tests
jest --maxWorkers=3 --workerIdleMemoryLimit=2 --testPathPatterns "$with_worker" --json --outputFile=out/verify-workflows.json || status=$?
part unit and contract tests
# The workflows take less time than the rest: what is left is shared.
shard 4 || status=$?
wait $! || status=$?
cat out/verify-unit-*.log >&2

# A run of tests that died has written nothing: it counts as failed.
NODE_OPTIONS= node -e '
const { existsSync, readFileSync } = require("fs");
const died = { numPassedTests: 0, numFailedTests: 1, numFailedTestSuites: 0, numPendingTests: 0 };
const resultOf = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : died);
const parts = ["unit-1", "unit-2", "unit-3", "unit-4", "workflows"].map((name) => resultOf(`out/verify-${name}.json`));
const sum = (field) => parts.reduce((all, each) => all + each[field], 0);
const failed = Math.max(sum("numFailedTests"), sum("numFailedTestSuites"));
const skipped = sum("numPendingTests");
console.log(`${sum("numPassedTests")} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;' || status=$?
exit $status
