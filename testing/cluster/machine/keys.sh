#!/bin/bash
# Keys of the cluster, good for a month: an authority, an administrator, the API server, whoever speaks for it to APIs of
# others, and service accounts.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"
cd "$keys"

openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout ca.key -out ca.crt -subj /CN=cluster 2> /dev/null

# sign NAME SUBJECT [ALTERNATIVE_NAMES]
sign() {
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2> /dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt" \
    -extfile <(printf '%s' "${3:+subjectAltName=$3}") 2> /dev/null
}
sign admin /O=system:masters/CN=admin
names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
sign apiserver /CN=kube-apiserver "IP:127.0.0.1,IP:$node_address,IP:10.96.0.1,$names"
sign front-proxy /CN=front-proxy
openssl genrsa -out service-accounts.key 2048 2> /dev/null

cat > admin.conf <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: cluster
    cluster: { server: "https://127.0.0.1:6443", certificate-authority: $keys/ca.crt }
users:
  - name: admin
    user: { client-certificate: $keys/admin.crt, client-key: $keys/admin.key }
contexts:
  - name: cluster
    context: { cluster: cluster, user: admin }
current-context: cluster
YAML
