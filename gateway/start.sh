#!/bin/sh
# Becomes the gateway, for supervisors: one process, which gets their signals and whose exit code they see. May be called
# from any folder; nothing is fetched, installed or written but Deno's cache (DENO_DIR). DENO names another deno.
set -eu
cd "$(dirname "$0")/.."
export ORT_DISABLE_TELEMETRY="${ORT_DISABLE_TELEMETRY-1}" DENO_NO_UPDATE_CHECK=1
if [ ! -d node_modules ]; then
  echo "Cannot start: there is no $(pwd)/node_modules; deno install --frozen in $(pwd) makes it" >&2
  exit 1
fi
if ! command -v "${DENO:-deno}" >/dev/null; then
  echo "Cannot start: there is no ${DENO:-deno}; DENO names another one" >&2
  exit 1
fi
# What command.sh prints is meant to be split into words, but for the repository's path.
exec "${DENO:-deno}" run -q --cached-only --node-modules-dir=manual "--allow-read=$(sh gateway/command.sh repository)" $(sh gateway/command.sh) "$@"
