#!/bin/bash
# Nodes that only say what they have, by kwok: three of four GPUs, in three zones. Their pods run nothing and are ready at
# once; the processor time they say they use stands in their annotations.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"

for file in "$home"/kwok/stage/node/fast/*.yaml "$home"/kwok/stage/node/heartbeat-with-lease/*.yaml \
  "$home"/kwok/stage/pod/fast/*.yaml "$home"/kwok/metrics/resource/*.yaml \
  "$home"/kwok/metrics/usage/usage-from-annotation.yaml; do
  case $file in *kustomization.yaml) continue ;; esac
  echo ---
  cat "$file"
done > "$state/config/kwok.yaml"
# A container's start is an age there: each look would be taken for another container's first.
sed -i "s|value: 'pod.SinceSecond()'|value: 'pod.metadata.creationTimestamp.UnixSecond()'|" "$state/config/kwok.yaml"

start kwok "$bin/kwok" --kubeconfig="$keys/admin.conf" --config="$state/config/kwok.yaml" --manage-all-nodes=false \
  --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake --node-ip="$node_address" --node-port=10247 \
  --server-address="$node_address:10247" --tls-cert-file="$keys/apiserver.crt" --tls-private-key-file="$keys/apiserver.key" \
  --node-lease-duration-seconds=40

for number in 1 2 3; do
  cat <<YAML
---
apiVersion: v1
kind: Node
metadata:
  name: fake-$number
  annotations:
    kwok.x-k8s.io/node: fake
    metrics.k8s.io/resource-metrics-path: /metrics/nodes/fake-$number/metrics/resource
  labels: { kubernetes.io/hostname: fake-$number, topology.kubernetes.io/zone: zone-$number, type: fake }
spec:
  taints: [{ key: nvidia.com/gpu, value: present, effect: NoSchedule }]
status:
  allocatable: &all { cpu: "32", memory: 128Gi, pods: "110", nvidia.com/gpu: "4", ephemeral-storage: 500Gi }
  capacity: *all
YAML
done | kubectl apply --server-side -f - > /dev/null
until_true 60 kubectl wait node/fake-1 node/fake-2 node/fake-3 --for=condition=Ready --timeout=1s
