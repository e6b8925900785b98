#!/bin/bash
# e2e-keycloak.sh [--gib 1]: the example of a PostgresToHA on a lab of its own. Result in out/e2e/keycloak-ha.json.
# e2e-keycloak.sh hooks [--gib 0.2]: the same by a plain helm upgrade. Result in out/e2e/keycloak-hooks.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IMAGES='lab.local/postgres:15 lab.local/postgres-ha:15 lab.local/sso:1.4.0 lab.local/sso:2.0.0 rehelm/copier:dev rehelm/drill:dev rehelm/cli:dev'
program=upgrade
if [ "${1:-}" = hooks ]; then program=hooks; shift; fi
exec scripts/with-lab.sh keycloak 3 node --enable-source-maps "dist/test/e2e/keycloak-ha/$program.js" --lab keycloak "$@"
