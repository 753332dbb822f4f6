#!/bin/bash
# Builds what a cluster is made of into CLUSTER_HOME, from Go modules and Debian's packages. Nothing is installed on this
# machine. What has been built is left alone; another version below is built anew.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"
here=$(cd "$(dirname "$0")" && pwd)

# The minor version of kind 0.31's node image.
kubernetes=1.35.4
# 3.6 serves progress of watches; without it, each new client falls back after half a minute.
etcd=3.6.5
# The newest that Kubernetes 1.35's libraries compile, but for one type.
metrics_server=0.9.0
kwok=0.8.0
hey=0.1.4
helm=4.1.3
# Whose CRDs are admitted.
prometheus_operator=0.87.1
keda=2.18.1
gateway_api=1.4.0
kserve=0.16.0

sources=$home/src
built=$home/built
mkdir -p "$sources" "$built" "$bin" "$debian" "$images" "$logs"
export GOPATH=$home/go GOMODCACHE=$home/go/pkg/mod GOCACHE=$home/gocache GOBIN=$bin
export GOTOOLCHAIN=local GOFLAGS="-mod=mod -buildvcs=false" CGO_ENABLED=0

# once NAME-VERSION FUNCTION: leaves out what was built before.
once() {
  [ -e "$built/$1" ] && return 0
  local started=$SECONDS
  "$2"
  touch "$built/$1"
  echo "built $1 in $((SECONDS - started)) s"
}

# module MODULE@VERSION: the folder with its sources, which nobody may write to.
module() {
  go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
}

unpack_debian() {
  mkdir -p "$sources/debs"
  (
    cd "$sources/debs"
    apt-get download -q containerd runc containernetworking-plugins conntrack iptables ipset libnetfilter-conntrack3 \
      libnfnetlink0 libip4tc2 libip6tc2 libxtables12 libseccomp2 libipset13 debootstrap tini 2> "$logs/debian.log"
    for package in *.deb; do dpkg -x "$package" "$debian"; done
  )
  rm -r "$sources/debs"
}

# replaced VERSION: the libraries that Kubernetes is developed with, each by the version that was published beside it.
replaced() {
  sed -n 's/.*=> \.\/staging\/src\/\([a-z0-9.\/-]*\)$/\1/p' "$(module "k8s.io/kubernetes@v$1")/go.mod" | sort -u |
    while read -r name; do echo "replace $name => $name v0.${1#1.}"; done
}

# All of Kubernetes' programs are one here, told apart by name: linking it once takes a seventh of the time and space.
build_kubernetes() {
  local folder=$sources/hyperkube version=k8s.io/component-base/version
  mkdir -p "$folder"
  {
    echo "module hyperkube"
    grep '^go ' "$(module "k8s.io/kubernetes@v$kubernetes")/go.mod"
    echo "require k8s.io/kubernetes v$kubernetes"
    replaced $kubernetes
  } > "$folder/go.mod"
  cp "$here/hyperkube/main.go" "$folder/"
  (
    cd "$folder"
    go build -trimpath -o "$bin/hyperkube" \
      -ldflags "-s -w -X $version.gitVersion=v$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=35" .
  )
  for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl; do
    ln -sf hyperkube "$bin/$name"
  done
}

# Against the same libraries, so that most is compiled already. One type of its API description is newer than they are.
build_metrics_server() {
  local copy=$sources/metrics-server folder=$sources/metrics-server-build
  rm -rf "$copy"
  mkdir -p "$folder"
  cp -r "$(module "sigs.k8s.io/metrics-server@v$metrics_server")" "$copy"
  chmod -R u+w "$copy"
  local described=$copy/pkg/api/generated/openapi/zz_generated.openapi.go
  awk '
    /ShardInfo\{\}/ && /schema_/ { next }
    /^func schema_.*ShardInfo/ { skipping = 1 }
    skipping { if (/^}/) skipping = 0; next }
    { gsub(/v1\.ShardInfo\{\}/, "v1.RootPaths{}"); print }' "$described" > "$described.new"
  mv "$described.new" "$described"
  {
    echo "module metrics"
    echo "go 1.26.4"
    echo "require sigs.k8s.io/metrics-server v$metrics_server"
    echo "replace sigs.k8s.io/metrics-server => ../metrics-server"
    replaced $kubernetes
    echo "replace k8s.io/kubernetes => k8s.io/kubernetes v$kubernetes"
  } > "$folder/go.mod"
  printf 'package metrics\n\nimport _ "sigs.k8s.io/metrics-server/cmd/metrics-server"\n' > "$folder/tools.go"
  sed -i '1i //go:build tools\n' "$folder/tools.go"
  (cd "$folder" && go build -trimpath -ldflags "-s -w" -o "$bin/metrics-server" sigs.k8s.io/metrics-server/cmd/metrics-server)
}

# `go install` refuses modules that replace others, as the server's does.
build_etcd() {
  local folder=$sources/etcd
  mkdir -p "$folder"
  printf 'module etcd\ngo 1.25.0\nrequire go.etcd.io/etcd/server/v3 v%s\n' $etcd > "$folder/go.mod"
  printf 'package main\n\nimport (\n\t"os"\n\n\t"go.etcd.io/etcd/server/v3/etcdmain"\n)\n\nfunc main() { etcdmain.Main(os.Args) }\n' \
    > "$folder/main.go"
  (cd "$folder" && go build -trimpath -ldflags "-s -w" -o "$bin/etcd" .)
}

build_hey() { go install github.com/rakyll/hey@v$hey; }

build_helm() { go install -trimpath -ldflags "-s -w" helm.sh/helm/v4/cmd/helm@v$helm; }

# Its stages, which say how fake pods and nodes behave, lie beside its sources.
build_kwok() {
  go install sigs.k8s.io/kwok/cmd/kwok@v$kwok
  rm -rf "$home/kwok"
  cp -r "$(module sigs.k8s.io/kwok@v$kwok)/kustomize" "$home/kwok"
  chmod -R u+w "$home/kwok"
}

copy_crds() {
  local name folder
  rm -rf "$home/crds"
  mkdir -p "$home/crds"
  folder=$(module github.com/prometheus-operator/prometheus-operator@v$prometheus_operator)/example/prometheus-operator-crd
  cp "$folder"/monitoring.coreos.com_{podmonitors,prometheusrules}.yaml "$home/crds/"
  cp "$(module github.com/kedacore/keda/v2@v$keda)"/config/crd/bases/keda.sh_*.yaml "$home/crds/"
  folder=$(module sigs.k8s.io/gateway-api@v$gateway_api)/config/crd/standard
  for name in gatewayclasses gateways httproutes; do
    cp "$folder/gateway.networking.k8s.io_$name.yaml" "$home/crds/"
  done
  folder=$(module github.com/kserve/kserve@v$kserve)/config/crd/full
  cp "$folder"/serving.kserve.io_{inferenceservices,servingruntimes,clusterservingruntimes}.yaml "$home/crds/"
  chmod u+w "$home/crds"/*
}

# Debian's smallest system, as the roots of images; from where this machine has its packages. The second has what Triton's
# Python backend runs on.
build_roots() {
  local root=$home/roots/debian python=$home/roots/debian-python mirror
  # shellcheck disable=SC2016 # apt-get expands it.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  rm -rf --one-file-system "$root" "$python"
  mkdir -p "$home/roots"
  DEBOOTSTRAP_DIR=$debian/usr/share/debootstrap "$debian/usr/sbin/debootstrap" --variant=minbase \
    --include=ca-certificates,libstdc++6 bookworm "$root" "$mirror" > "$logs/debootstrap.log" 2>&1
  cp -a "$root" "$python"
  cp /etc/resolv.conf "$python/etc/resolv.conf"
  DEBIAN_FRONTEND=noninteractive chroot "$python" apt-get install -qq --no-install-recommends \
    python3.11 libpython3.11 python3 curl >> "$logs/debootstrap.log" 2>&1
  for root in "$root" "$python"; do
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    # Whom this machine believes, its images' builds do.
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  done
}

build_pause() {
  mkdir -p "$home/roots/pause"
  gcc -static -O2 -o "$home/roots/pause/pause" "$here/pause.c"
}

once debian-bookworm-1 unpack_debian
once pause-1 build_pause
once debian-roots-1 build_roots
once crds-$prometheus_operator-$keda-$gateway_api-$kserve copy_crds
once hey-$hey build_hey
once kubernetes-$kubernetes build_kubernetes
once etcd-$etcd build_etcd
once metrics-server-$metrics_server-$kubernetes build_metrics_server
once kwok-$kwok build_kwok
once helm-$helm build_helm
