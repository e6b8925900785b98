#!/bin/bash
# make test: verify, then the whole main job once on a real cluster, with fewer documents than the demo. One closing line counts both.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0
scripts/verify.sh | tee "$log" || failed=1
if read -r p f < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed.*/\1 \2/p' "$log" | tail -n 1); then passed=$p failed=$((f > failed ? f : failed)); fi
echo "── end to end: from Kustomize to Helm on the lab" >&2
if scripts/story.sh e2e 50000; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
