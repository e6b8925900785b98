#!/bin/bash
# compose-test.sh: the image and docker-compose.yml on a container engine of the lab's own, with a drill on a lab of four nodes. Result in out/e2e/compose.json.
# KEEP=1 leaves the lab; the engine is always removed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lab=${LAB:-cmp}

skip() { echo "compose-test: SKIPPED, nothing was tested: $1" >&2; exit 77; }
[ "$(id -u)" = 0 ] || skip 'a container engine needs root'
[ "$(uname -m)" = x86_64 ] || skip "the lab has an engine for x86_64 only, this is $(uname -m)"
command -v iptables > /dev/null || skip 'iptables was not found, and containers find each other by its rules (apt-get install iptables)'
command -v go > /dev/null || [ -n "$(bin/lab tools --print docker-compose 2> /dev/null)" ] || skip 'Go was not found, and Compose is built with it'

export IMAGES='lab.local/busybox:1 rehelm/drill:dev'
exec scripts/with-lab.sh "$lab" 4 node --enable-source-maps dist/test/e2e/compose/main.js --lab "$lab" "$@"
