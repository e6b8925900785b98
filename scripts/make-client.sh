#!/bin/bash
# make-client.sh: docs/openapi.json and the types of its client, both made from the routes. A test fails when one is stale.
# The generator needs TypeScript's API of version 5, so it comes for this one call instead of into node_modules.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
types=src/runs/http/api-types.ts
document=$(node dist/scripts/make-openapi.js)
printf '%s\n' "$document" > docs/openapi.json
npm exec --yes --package=openapi-typescript@7.13.0 --package=typescript@5.9.3 -- openapi-typescript docs/openapi.json --output "$types" >&2
sed -i "1i // Made by scripts/make-client.sh from docs/openapi.json (sha256 $(sha256sum docs/openapi.json | cut -d' ' -f1)); do not edit." "$types"
biome check --write docs/openapi.json "$types" >&2 || true
