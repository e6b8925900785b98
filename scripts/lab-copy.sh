#!/bin/bash
# lab-copy.sh: the example of a DatabaseCopy on a lab of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IMAGES='lab.local/postgres:15 lab.local/postgres:18 rehelm/copier:dev'
exec scripts/with-lab.sh labcopy 1 node --enable-source-maps dist/test/e2e/database-copy/main.js "$@"
