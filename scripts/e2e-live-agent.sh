#!/bin/bash
# e2e-live-agent.sh [--gib 1] [--mode dump|copy|rebind|upgradeInPlace]: the example of a ChartUpgrade on a lab of its own. Result in out/e2e/live-agent.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IMAGES='lab.local/postgres:11 lab.local/postgres:15 lab.local/redis:7 lab.local/live-agent:4.43.0 lab.local/live-agent:4.44.0 rehelm/copier:dev'
case "$*" in *upgradeInPlace*) IMAGES+=' lab.local/postgres:16 lab.local/postgres:18 lab.local/postgres:15-18' ;; esac
exec scripts/with-lab.sh liveagent 1 node --enable-source-maps dist/test/e2e/live-agent/upgrade.js --lab liveagent "$@"
