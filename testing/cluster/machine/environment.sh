# shellcheck shell=bash disable=SC2034
# What the scripts beside this one share; each of them reads it first.
#
#   CLUSTER_HOME   everything that is built, and all state of a cluster that is up (default ~/.cache/cluster)
#
# Below it: bin/ what runs, debian/ unpacked packages, images/ what a node imports, crds/, kwok/, logs/ one a process,
# state/ what ends with the cluster.
home=${CLUSTER_HOME:-$HOME/.cache/cluster}
bin=$home/bin
debian=$home/debian
images=$home/images
logs=$home/logs
state=$home/state
keys=$state/keys

# The first process of the cluster's namespaces, by its number outside of them.
holder=$state/holder.pid

# The node's address, which only the cluster's own network knows.
node_address=10.255.255.1
socket=/run/containerd/containerd.sock

# in_network COMMAND…: a program of this machine that reaches the cluster's addresses, and nothing else.
in_network() {
  nsenter -t "$(cat "$holder")" -n -- "$@"
}

# on_node COMMAND…: with the node's mounts and processes, too.
on_node() {
  nsenter -t "$(cat "$holder")" -n -m -p -- env "PATH=$bin:$PATH" "$@"
}

# start NAME COMMAND…: on the node, in the background, with a log. The end of the namespaces ends it.
start() {
  local name=$1
  shift
  setsid nsenter -t "$(cat "$holder")" -n -m -p -- env "PATH=$bin:$PATH" "$@" > "$logs/$name.log" 2>&1 < /dev/null &
}

# until_true SECONDS COMMAND…: asks four times a second.
until_true() {
  local end=$((SECONDS + $1))
  shift
  while ! "$@" > /dev/null 2>&1; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "Cannot wait any longer until this succeeds: $*; logs are in $logs" >&2
      return 1
    fi
    sleep 0.25
  done
}

# kubectl ARGUMENT…: as the cluster's administrator.
kubectl() {
  in_network "$bin/kubectl" --kubeconfig "$keys/admin.conf" "$@"
}
