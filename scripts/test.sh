#!/bin/bash
# make test: verify, then each kind once on a real cluster: the whole main job with fewer documents than the demo, and a short drill. One closing line counts all.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0
scripts/verify.sh | tee "$log" || failed=1
if read -r p f < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed.*/\1 \2/p' "$log" | tail -n 1); then passed=$p failed=$((f > failed ? f : failed)); fi
echo "── end to end: from Kustomize to Helm on the lab" >&2
if scripts/story.sh e2e 50000; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "── end to end: a failover drilled on the lab" >&2
drill=(--parts cells --only stateless-poddelete --out out/e2e/drill)
if IMAGES='lab.local/node:24 rehelm/drill:dev' scripts/drills.sh "${drill[@]}"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "── end to end: databases copied to a newer server on the lab" >&2
if scripts/lab-copy.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
