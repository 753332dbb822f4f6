#!/bin/bash
# Becomes a program inside the cluster: inside.sh network COMMAND… reaches its addresses, inside.sh node COMMAND… has the
# node's mounts and processes, too. Programs that build.sh made go by their names.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"
place=$1
shift
if [ ! -f "$holder" ]; then
  echo "The cluster is not up: there is no $holder" >&2
  exit 1
fi
export KUBECONFIG=$keys/admin.conf CONTAINERD_ADDRESS=$socket PATH=$bin:$PATH
case $place in
  network) exec nsenter -t "$(cat "$holder")" -n -- "$@" ;;
  node) exec nsenter -t "$(cat "$holder")" -n -m -p -- "$@" ;;
esac
echo "inside.sh: PLACE must be network or node: it is $place" >&2
exit 64
