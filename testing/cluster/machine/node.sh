#!/bin/bash
# The one real node: containerd with the images, the kubelet and kube-proxy.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"

# Debian's programs are unpacked and not installed: each finds its libraries by a wrapper.
libraries=$debian/usr/lib/x86_64-linux-gnu
# wrap NAME COMMAND
wrap() {
  printf '#!/bin/sh\nexport LD_LIBRARY_PATH=%s XTABLES_LIBDIR=%s\nexec %s "$@"\n' "$libraries" "$libraries/xtables" "$2" \
    > "$bin/$1"
  chmod +x "$bin/$1"
}
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  wrap "$name" "$debian/usr/sbin/xtables-legacy-multi $name"
done
wrap conntrack "$debian/usr/sbin/conntrack"
wrap ipset "$debian/usr/sbin/ipset"
wrap runc "$debian/usr/sbin/runc"
for name in containerd ctr containerd-shim-runc-v2; do ln -sf "$debian/usr/bin/$name" "$bin/$name"; done

on_node tee /etc/cni/net.d/10-cluster.conflist > /dev/null <<JSON
{
  "cniVersion": "1.0.0",
  "name": "cluster",
  "plugins": [
    {
      "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": {
        "type": "host-local", "dataDir": "/run/cni-ipam",
        "ranges": [[{ "subnet": "10.244.0.0/24" }]], "routes": [{ "dst": "0.0.0.0/0" }]
      }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
JSON

cat > "$state/config/containerd.toml" <<TOML
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "$socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/local/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$debian/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "$bin/runc"
      SystemdCgroup = false
TOML
start containerd "$bin/containerd" --config "$state/config/containerd.toml"
ctr() { on_node "$bin/ctr" --address "$socket" --namespace k8s.io "$@"; }
until_true 30 ctr version
for archive in "$images"/*.tar; do ctr images import "$archive" > /dev/null; done

# Version 1 of cgroups, without systemd, is what a bare machine may have.
cat > "$state/config/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
enforceNodeAllocatable: [pods]
address: $node_address
healthzBindAddress: 127.0.0.1
authentication:
  anonymous: { enabled: true }
  webhook: { enabled: false }
  x509: { clientCAFile: $keys/ca.crt }
authorization: { mode: AlwaysAllow }
# Nobody answers there: pods have no names to ask for.
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix://$socket
failSwapOn: false
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: { memory.available: 500Mi, nodefs.available: 1% }
maxPods: 60
resolvConf: ""
systemReserved: { cpu: 100m }
YAML
start kubelet "$bin/kubelet" --config="$state/config/kubelet.yaml" --kubeconfig="$keys/admin.conf" \
  --node-ip="$node_address" --hostname-override=real --root-dir=/var/lib/kubelet

cat > "$state/config/kube-proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: { kubeconfig: $keys/admin.conf }
hostnameOverride: real
clusterCIDR: 10.244.0.0/16
conntrack: { maxPerCore: 0 }
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
YAML
start kube-proxy "$bin/kube-proxy" --config="$state/config/kube-proxy.yaml"
until_true 60 kubectl wait node/real --for=condition=Ready --timeout=1s
