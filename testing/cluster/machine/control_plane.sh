#!/bin/bash
# etcd, the API server, the controllers and the scheduler.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"

start etcd "$bin/etcd" --data-dir "$state/etcd" --unsafe-no-fsync \
  --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
  --listen-peer-urls http://127.0.0.1:2380

# Nodes have no names that anybody resolves: exec and logs go by address.
start kube-apiserver "$bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --bind-address=0.0.0.0 --secure-port=6443 \
  --advertise-address="$node_address" --service-cluster-ip-range=10.96.0.0/16 --authorization-mode=Node,RBAC \
  --tls-cert-file="$keys/apiserver.crt" --tls-private-key-file="$keys/apiserver.key" --client-ca-file="$keys/ca.crt" \
  --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$keys/service-accounts.key" \
  --service-account-signing-key-file="$keys/service-accounts.key" --allow-privileged=true \
  --kubelet-client-certificate="$keys/admin.crt" --kubelet-client-key="$keys/admin.key" \
  --kubelet-preferred-address-types=InternalIP --enable-aggregator-routing=true \
  --proxy-client-cert-file="$keys/front-proxy.crt" --proxy-client-key-file="$keys/front-proxy.key" \
  --requestheader-client-ca-file="$keys/ca.crt" --requestheader-allowed-names=front-proxy \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
  --requestheader-extra-headers-prefix=X-Remote-Extra-
until_true 120 kubectl get --raw /readyz

start kube-controller-manager "$bin/kube-controller-manager" --kubeconfig="$keys/admin.conf" --bind-address=127.0.0.1 \
  --service-account-private-key-file="$keys/service-accounts.key" --root-ca-file="$keys/ca.crt" \
  --cluster-cidr=10.244.0.0/16 --allocate-node-cidrs=false --leader-elect=false
start kube-scheduler "$bin/kube-scheduler" --kubeconfig="$keys/admin.conf" --bind-address=127.0.0.1 --leader-elect=false
