#!/bin/bash
# crash-lab.sh [--only POINT] [--rows ROWS] [--list] …: the real worker killed at every point of real runs on a lab of its own, which goes in the end, also when it is interrupted.
# Result in out/crash/kustomize-to-helm-lab.json; the last line says N passed, N failed. KEEP=1 leaves the lab, LAB=NAME names it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${LAB:-crashlab}
finish() {
  status=$?
  trap - EXIT INT TERM
  [ -z "${main:-}" ] || kill "$main" 2> /dev/null && wait "$main" || true
  [ -n "${KEEP:-}" ] || bin/lab down --name "$name" >&2
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
bin/lab up --name "$name" --nodes 1 >&2
bin/lab images import --name "$name" lab.local/redis:7 lab.local/ferretdb:1.24.2 rehelm/copier:dev cognigy/service:4.41.2 >&2
# A copy of the compiled code: workers start from it for an hour, and nobody who compiles meanwhile may change them.
made=node_modules/.cache/rehelm-crash-lab
rm -rf "$made"
mkdir -p "$made"
cp -r dist package.json "$made"
node --enable-source-maps "$made/dist/test/crash-lab/main.js" --lab "$name" "$@" &
main=$!
wait "$main"
