#!/bin/bash
# From nothing running to a cluster, of what build.sh and the images made.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"
here=$(cd "$(dirname "$0")" && pwd)

if [ -f "$holder" ] && [ -d "/proc/$(cat "$holder")" ]; then
  echo "The cluster is up already: down ends it" >&2
  exit 1
fi
for step in namespaces keys control_plane node metrics fake_nodes; do
  bash "$here/$step.sh"
  echo "$step after $SECONDS s"
done
# A crash without them would be seen where an object of theirs is applied.
kubectl apply --server-side -f "$home/crds" > /dev/null
kubectl wait --for=condition=Established --timeout=30s -f "$home/crds" > /dev/null
echo "CRDs after $SECONDS s"
