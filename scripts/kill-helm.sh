#!/bin/bash
# kill-helm.sh [--kills 10]: helm killed in the middle of upgrades of examples/keycloak-ha, on a lab of its own. Result in out/kill/helm.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IMAGES='lab.local/postgres:15 lab.local/postgres-ha:15 lab.local/sso:1.4.0 lab.local/sso:2.0.0 rehelm/copier:dev'
exec scripts/with-lab.sh killhelm 1 node --enable-source-maps dist/test/kill-helm/main.js --lab killhelm "$@"
