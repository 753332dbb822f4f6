#!/bin/sh
# Starts Caddy unless that would open a gateway without keys to the internet, or without a name to certify.
set -eu
if [ -z "${EDGE_DOMAIN:-}" ]; then
  echo "edge: set EDGE_DOMAIN in .env to the domain that points to this host" >&2
  exit 64
fi
if [ "${EDGE_HAS_KEYS:-}" != yes ] && [ "${EDGE_WITHOUT_KEYS:-no}" != yes ]; then
  echo "edge: set GATEWAY_API_KEYS in .env, or EDGE_WITHOUT_KEYS=yes to let everyone in" >&2
  exit 64
fi
exec caddy run --config /etc/caddy/Caddyfile --adapter caddyfile
