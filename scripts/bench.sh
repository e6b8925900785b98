#!/bin/bash
# make bench: a lab of its own, the main job's benchmark on it, out/bench/main-job.json. The lab goes, also when it is interrupted; KEEP=1 leaves it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
finish() {
  status=$?
  trap - EXIT INT TERM
  [ -n "${KEEP:-}" ] || bin/lab down --name bench
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
bin/lab up --name bench --nodes 2 >&2
bin/lab images import --name bench lab.local/redis:7 lab.local/ferretdb:1.24.2 rehelm/copier:dev cognigy/service:4.41.2
node --enable-source-maps dist/bench/main-job.js --lab bench "$@"
