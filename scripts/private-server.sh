#!/bin/bash
# A PostgreSQL served privately and upgraded in place on a lab of its own: make private-server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export REHELM_LAB_NAME=private NODE_OPTIONS=--experimental-vm-modules
export IMAGES='lab.local/busybox:1 lab.local/postgres:15 lab.local/postgres:15-18 rehelm/copier:dev'
exec scripts/with-lab.sh private 1 jest --runInBand --testMatch '<rootDir>/test/e2e/private-server/on-lab.e2e.ts' --testPathIgnorePatterns /node_modules/
