#!/bin/bash
# crash-lab.sh [--only POINT] [--rows ROWS] [--list] …: the real worker killed at every point of real runs, on a lab with one node.
# Result in out/crash/kustomize-to-helm-lab.json; the last line says N passed, N failed. KEEP=1 leaves the lab, LAB=NAME names it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${LAB:-crashlab}
# A copy of the compiled code: workers start from it for an hour, and nobody who compiles meanwhile may change them.
made=node_modules/.cache/rehelm-crash-lab
rm -rf "$made"
mkdir -p "$made"
cp -r dist package.json "$made"
exec scripts/with-lab.sh "$name" 1 node --enable-source-maps "$made/dist/test/crash-lab/main.js" --lab "$name" "$@"
