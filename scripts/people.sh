#!/bin/bash
# people.sh [--only PATTERN]: people as the fault, on a lab with one node. Result in out/people/report.json; the last line says N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/with-lab.sh people 1 node --enable-source-maps dist/test/e2e/people/main.js --lab people --documents 2000 --out out/people "$@"
