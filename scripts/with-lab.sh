#!/bin/bash
# with-lab.sh NAME NODES COMMAND…: brings a lab of that name up with the example's images, runs the command on it, and takes it down, also when it is interrupted.
# KEEP=1 leaves it, and goes on with one that is there; without it, what an earlier run left is taken down first. IMAGES names other images. Standard output is the command's alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=$1 nodes=$2
shift 2
finish() {
  status=$?
  trap - EXIT INT TERM
  # In the background, so that a signal to this script alone reaches the command, too.
  [ -z "${command:-}" ] || { kill "$command" 2> /dev/null && wait "$command"; } || true
  [ -n "${KEEP:-}" ] || bin/lab down --name "$name" >&2
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
[ -n "${KEEP:-}" ] || bin/lab down --name "$name" >&2
bin/lab up --name "$name" --nodes "$nodes" >&2
read -ra images <<< "${IMAGES:-lab.local/redis:7 lab.local/ferretdb:1.24.2 rehelm/copier:dev cognigy/service:4.41.2}"
bin/lab images import --name "$name" "${images[@]}" >&2
"$@" &
command=$!
wait "$command"
