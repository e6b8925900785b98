#!/bin/bash
# story.sh NAME DOCUMENTS: brings a lab of that name up, tells the story on it, takes it down, also when it is interrupted. KEEP=1 leaves it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=$1 documents=$2
finish() {
  status=$?
  trap - EXIT INT TERM
  [ -n "${KEEP:-}" ] || bin/lab down --name "$name"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
bin/lab up --name "$name"
bin/lab images import --name "$name" lab.local/redis:7 lab.local/ferretdb:1.24.2 rehelm/copier:dev cognigy/service:4.41.2
node --enable-source-maps dist/test/e2e/story/main.js --lab "$name" --documents "$documents" --out "out/$name"
