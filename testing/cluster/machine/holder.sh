#!/bin/bash
# The first process of the cluster's namespaces: makes its mounts and its network, and stays. namespaces.sh starts it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"

# Before it has a /proc of its own, it sees its number outside.
read -r number _ < /proc/self/stat

mount --make-rprivate /
mount -t proc proc /proc
for name in etc var; do
  mount -t overlay overlay -o "lowerdir=/$name,upperdir=$state/layers/$name,workdir=$state/layers/$name-work" "/$name"
done
mkdir -p /var/lib/kubelet /var/lib/containerd /var/log/pods /var/log/containers /etc/cni/net.d
# The store of images makes overlays of its own, which cannot lie on an overlay.
mount --bind "$state/containerd" /var/lib/containerd
mount --bind "$state/kubelet" /var/lib/kubelet
mount --make-shared /var/lib/kubelet
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock

ip link set lo up
# A bridge without ports carries an address where the kernel has no dummy devices.
ip link add node0 type bridge
ip address add "$node_address/24" dev node0
ip link set node0 up
ip route add default via 10.255.255.254 dev node0
echo 1 > /proc/sys/net/ipv4/ip_forward

echo "$number" > "$holder.new"
mv "$holder.new" "$holder"
# What nobody waits for any more becomes its child.
exec "$debian/usr/bin/tini-static" -- sleep infinity
