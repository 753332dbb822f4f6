#!/bin/bash
# Namespaces of the cluster's own: a network without a way out, so that its addresses reach nothing else; mounts, where /etc
# and /var are overlays, so that what Kubernetes writes there lands in state/; and processes, so that ending the first of
# them ends them all.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"

mkdir -p "$logs" "$keys" "$state"/{containerd,kubelet,etcd,config,metrics} "$state"/layers/{etc,etc-work,var,var-work}

here=$(cd "$(dirname "$0")" && pwd)
setsid unshare -n -m -p --fork -- bash "$here/holder.sh" > "$logs/holder.log" 2>&1 < /dev/null &

until_true 10 test -f "$holder" || {
  cat "$logs/holder.log" >&2
  exit 1
}
