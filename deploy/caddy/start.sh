#!/bin/sh
# Starts Caddy with limits that follow the gateway's, unless that would open a gateway without keys to the internet, or
# without a name to certify. Arguments are passed on to `caddy run`.
#
#   EDGE_DOMAIN             the name to certify, required
#   EDGE_HAS_KEYS           yes: the gateway has keys
#   EDGE_WITHOUT_KEYS       yes: let everyone in
#   BODY_BYTES_MAX, INFLIGHT_REQUESTS_MAX, REQUEST_TIMEOUT_MS, UPLOAD_TIMEOUT_MS
#                           the gateway's settings of these names
#   STOP_SECONDS            after which Docker ends this container
#   EDGE_ADAPT              yes: print the configuration as JSON instead
#   CADDYFILE               for the test; the image has the default
#
# Exit codes: 64 a variable is wrong, otherwise Caddy's.
set -eu

refuse() {
  echo "edge: $1" >&2
  exit 64
}

# assert_number NAME VALUE
assert_number() {
  case $2 in
    '' | *[!0-9]* | 0* | ?????????????*) refuse "$1 in .env must be a whole number above 0: current value is '$2'" ;;
  esac
}

if [ -z "${EDGE_DOMAIN:-}" ]; then
  refuse "set EDGE_DOMAIN in .env to the domain that points to this host"
fi
if [ "${EDGE_HAS_KEYS:-}" != yes ] && [ "${EDGE_WITHOUT_KEYS:-no}" != yes ]; then
  refuse "set GATEWAY_API_KEYS in .env, or EDGE_WITHOUT_KEYS=yes to let everyone in"
fi

body=${BODY_BYTES_MAX:-}
requests=${INFLIGHT_REQUESTS_MAX:-}
timeout=${REQUEST_TIMEOUT_MS:-}
upload=${UPLOAD_TIMEOUT_MS:-}
stop=${STOP_SECONDS:-}
assert_number GATEWAY_BODY_BYTES_MAX "$body"
assert_number GATEWAY_INFLIGHT_REQUESTS_MAX "$requests"
assert_number GATEWAY_REQUEST_TIMEOUT_MS "$timeout"
assert_number GATEWAY_UPLOAD_TIMEOUT_MS "$upload"
assert_number STOP_SECONDS "$stop"
if [ $((timeout + 10000)) -gt $((stop * 1000)) ]; then
  refuse "STOP_SECONDS in .env must be GATEWAY_REQUEST_TIMEOUT_MS and 10 s, or more: current value is $stop"
fi

# Always later and more than the gateway, so that its own answer with its reason comes first.
export EDGE_BODY_BYTES_MAX="$((body + body / 4))"
export EDGE_GRACE="$((timeout + 5000))ms"
export EDGE_READ_BODY="$((upload + 5000))ms"
export EDGE_WRITE="$((upload + timeout + 20000))ms"
export EDGE_REPLY="$((timeout + 15000))ms"
export EDGE_REQUESTS_MAX="$((requests * 2))"
export EDGE_CONNECTIONS_MAX="$((requests * 4))"

command=run
if [ "${EDGE_ADAPT:-no}" = yes ]; then command=adapt; fi
exec caddy "$command" --config "${CADDYFILE:-/etc/caddy/Caddyfile}" --adapter caddyfile "$@"
