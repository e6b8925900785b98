#!/bin/bash
# e2e-portal.sh: the main job and a scheduled drill as a portal does them, through the API alone, then from Temporal's own UI in Chromium; on a lab of its own.
# Results in out/e2e/portal.json and out/screens/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lab=${LAB:-portal}
[ -x /usr/bin/chromium ] || { echo 'e2e-portal: nothing was tested: Chromium was not found (apt-get install chromium)' >&2; exit 1; }
export IMAGES='lab.local/redis:7 lab.local/ferretdb:1.24.2 rehelm/copier:dev cognigy/service:4.41.2 lab.local/busybox:1 rehelm/drill:dev'
exec scripts/with-lab.sh "$lab" 4 node --enable-source-maps dist/test/e2e/portal/main.js --lab "$lab" "$@"
