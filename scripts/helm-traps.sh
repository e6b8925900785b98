#!/bin/bash
# helm-traps.sh: what helm itself does to upgrades of examples/keycloak-ha, on a lab of its own. Result in out/e2e/helm-traps.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IMAGES='lab.local/postgres:15 lab.local/postgres-ha:15 lab.local/sso:1.4.0 lab.local/sso:2.0.0 rehelm/copier:dev'
exec scripts/with-lab.sh helmtraps 1 node --enable-source-maps dist/test/e2e/helm-traps/main.js --lab helmtraps "$@"
