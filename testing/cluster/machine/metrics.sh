#!/bin/bash
# metrics-server, a process of the node to which the API server passes its API on.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"

start metrics-server "$bin/metrics-server" --kubeconfig="$keys/admin.conf" --authentication-kubeconfig="$keys/admin.conf" \
  --authorization-kubeconfig="$keys/admin.conf" --cert-dir="$state/metrics" --bind-address="$node_address" \
  --secure-port=4443 --kubelet-insecure-tls --kubelet-preferred-address-types=InternalIP --kubelet-use-node-status-port \
  --metric-resolution=15s

kubectl apply -f - > /dev/null <<YAML
apiVersion: v1
kind: Service
metadata: { name: metrics-server, namespace: kube-system }
spec:
  ports: [{ name: https, port: 443, targetPort: 4443 }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: metrics-server
  namespace: kube-system
  labels: { kubernetes.io/service-name: metrics-server }
addressType: IPv4
ports: [{ name: https, port: 4443, protocol: TCP }]
endpoints: [{ addresses: [$node_address], conditions: { ready: true } }]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics.k8s.io }
spec:
  group: metrics.k8s.io
  version: v1beta1
  service: { name: metrics-server, namespace: kube-system }
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
YAML
