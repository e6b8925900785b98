#!/bin/bash
# people.sh NAME [OPTIONS…]: people as the fault, on a lab of that name with one node, taken down afterwards, also when it is interrupted. KEEP=1 leaves it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=$1
shift
finish() {
  status=$?
  trap - EXIT INT TERM
  [ -n "${KEEP:-}" ] || bin/lab down --name "$name"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Data goes to standard output: its last line is how many passed.
bin/lab up --name "$name" --nodes 1 >&2
bin/lab images import --name "$name" lab.local/redis:7 lab.local/ferretdb:1.24.2 rehelm/copier:dev cognigy/service:4.41.2 >&2
node --enable-source-maps dist/test/e2e/people/main.js --lab "$name" --documents 2000 --out out/people "$@"
