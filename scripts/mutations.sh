#!/bin/bash
# mutations.sh: what may happen to a copy, one thing at a time, and whether the verifier of each engine names it; then clean copies, of which it must name nothing.
# PostgreSQL 16 → 18; MongoDB at the driver (a stand-in that speaks the protocol) and on FerretDB. Result: out/verify/mutations.json; no root, no cluster.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
REHELM_FERRETDB=$(bin/lab tools --print ferretdb)
REHELM_POSTGRES_16=$(bin/lab tools --print postgres-16)
REHELM_POSTGRES_18=$(bin/lab tools --print postgres-18)
export REHELM_FERRETDB REHELM_POSTGRES_16 REHELM_POSTGRES_18 NODE_OPTIONS=--experimental-vm-modules
rm -f out/verify/mutations*.json
status=0
for engine in postgres mongo; do
  REHELM_MUTATIONS=out/verify/mutations-$engine.json jest --ci "test/copier/$engine/mutations.test.ts" || status=$?
done
# An engine whose tests died has written nothing: that fails.
NODE_OPTIONS='' node -e '
const { readFileSync, writeFileSync } = require("fs");
const engines = ["postgres", "mongo"].map((engine) => JSON.parse(readFileSync(`out/verify/mutations-${engine}.json`, "utf8")));
const sum = (field) => engines.reduce((all, one) => all + one[field], 0);
const [mutations, found, falseAlarms] = ["mutations", "found", "falseAlarms"].map(sum);
writeFileSync("out/verify/mutations.json", `${JSON.stringify({ mutations, found, falseAlarms }, null, 2)}\n`);
console.log(`${found} of ${mutations} mutations found, ${falseAlarms} false alarms`);
for (const { missed } of engines) for (const what of missed) console.log(`missed: ${what}`);
process.exitCode = found < mutations || falseAlarms > 0 ? 1 : 0;' || status=$?
exit $status
