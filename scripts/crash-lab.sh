#!/bin/bash
# crash-lab.sh [--kind KIND] [--only POINT] [--rows ROWS] [--list] …: the real worker killed at every point of real runs, on a lab with one node; without --kind of KustomizeToHelm.
# Result in out/crash/KIND-lab.json; the last line says N passed, N failed. KEEP=1 leaves the lab, LAB=NAME names it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${LAB:-crashlab}
# A copy of the compiled code: workers start from it for an hour, and nobody who compiles meanwhile may change them.
made=node_modules/.cache/rehelm-crash-lab
rm -rf "$made"
mkdir -p "$made"
cp -r dist package.json "$made"
case "$*" in
  *ChartUpgrade*) export IMAGES='lab.local/postgres:11 lab.local/postgres:15 lab.local/redis:7 lab.local/live-agent:4.43.0 lab.local/live-agent:4.44.0 rehelm/copier:dev' ;;
  *PostgresToHA*) export IMAGES='lab.local/postgres:15 lab.local/postgres-ha:15 lab.local/sso:1.4.0 lab.local/sso:2.0.0 rehelm/copier:dev' ;;
esac
exec scripts/with-lab.sh "$name" 1 node --enable-source-maps "$made/dist/test/crash-lab/main.js" --lab "$name" "$@"
