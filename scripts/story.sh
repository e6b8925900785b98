#!/bin/bash
# story.sh NAME DOCUMENTS: tells the story on a lab of that name, with three nodes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/with-lab.sh "$1" 3 node --enable-source-maps dist/test/e2e/story/main.js --lab "$1" --documents "$2" --out "out/$1"
