#!/bin/bash
# bench.sh: the main job's benchmark on a lab with two nodes. Result in out/bench/main-job.json.
# bench.sh copy [--mebibytes 5120] [--rounds 3] [--parts oneTable,twentyTables,throttled,mongodb,worker] [--documents 300000]: copies beside pg_dump's, and beside a bare scan and
# insert of MongoDB's, on servers of this machine; and the worker's memory while a lab copies. Result in out/bench/copy.json.
# The whole takes about 50 minutes and 25 GB of disk; its figures count only on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${1:-}" = copy ]; then
  shift
  REHELM_POSTGRES_16=$(bin/lab tools --print postgres-16)
  REHELM_POSTGRES_18=$(bin/lab tools --print postgres-18)
  REHELM_TOXIPROXY=$(bin/lab tools --print toxiproxy)
  REHELM_FERRETDB=$(bin/lab tools --print ferretdb)
  export REHELM_POSTGRES_16 REHELM_POSTGRES_18 REHELM_TOXIPROXY REHELM_FERRETDB
  export IMAGES='lab.local/postgres:15 rehelm/copier:dev'
  exec scripts/with-lab.sh bench 1 node --enable-source-maps dist/bench/copy/main.js --lab bench "$@"
fi
exec scripts/with-lab.sh bench 2 node --enable-source-maps dist/bench/main-job.js --lab bench "$@"
