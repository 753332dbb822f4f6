#!/bin/sh
# The image's other entrypoint: becomes a worker of `deno task bulk`, with the same arguments. It may read everything that
# its user may, since lists name any path, and write nothing but the folder of --out.
set -eu
out=
before=
for argument; do
  if [ "$before" = --out ]; then out=$argument; fi
  case $argument in
    --out=*) out=${argument#--out=} ;;
  esac
  before=$argument
done
# Two commas are one in Deno's lists.
out=$(printf '%s\n' "$out" | sed 's/,/,,/g')
exec "${DENO:-deno}" run -q --no-prompt --cached-only --node-modules-dir=manual -P=bulk ${out:+"--allow-write=$out"} \
  bulk/main.ts "$@"
