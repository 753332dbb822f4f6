#!/bin/sh
# Prints what `deno run -q` is to be given: the gateway, with no wider grants than its settings ask for. Deno's permission
# sets cannot follow settings, and a program that holds a grant can drop all of it but not part.
#
# A value that is no address or path of the plain kind is granted nothing: the program then says what is wrong with it.
#
# `command.sh repository` prints but the path of the model repository, for "--allow-read=$(…)": in quotes it may hold
# blanks, and two commas are one in Deno's lists.
set -eu

# is_plain TEXT: neither blanks nor anything that would be more than one word, or more than one grant.
is_plain() {
  case $1 in
    '' | *[!A-Za-z0-9.:/_@+=\[\]-]*) return 1 ;;
  esac
}

# is_port TEXT
is_port() {
  case $1 in
    '' | *[!0-9]* | ??????*) return 1 ;;
  esac
  [ "$1" -le 65535 ]
}

repository=${GATEWAY_MODEL_REPOSITORY-model_repository}
if [ "${1-}" = repository ]; then
  printf '%s\n' "${repository:-model_repository}" | sed 's/,/,,/g'
  exit
fi

engine=${GATEWAY_ENGINE-embedded}
# Beside code, the memory that a container may have.
read=command,gateway,models,preprocess,proto,tokenize,triton,node_modules
read="$read,/sys/fs/cgroup/memory.max,/sys/fs/cgroup/memory/memory.limit_in_bytes"
if is_plain "$repository"; then read="$read,$repository"; fi
if [ "$engine" = triton ] && [ "${GATEWAY_TRITON_SHM-auto}" != off ]; then read="$read,/dev/shm"; fi

# is_ipv6 TEXT: Deno does not start with a grant that is no address, and names no setting.
is_ipv6() {
  case $1 in
    *[!0-9A-Fa-f:.]*) return 1 ;;
    *:*) ;;
    *) return 1 ;;
  esac
  printf '%s\n' "$1" | awk -F: '{
    if (/:::|::.*::|^:[^:]|[^:]:$/) exit 1
    for (i = 1; i <= NF; i++) {
      if ($i == "") continue
      if ($i !~ /[.]/) { words++; if (length($i) > 4) exit 1; continue }
      words += 2
      if (i < NF || split($i, bytes, ".") != 4) exit 1
      for (j = 1; j <= 4; j++) if (bytes[j] !~ /^(0|[1-9][0-9]?[0-9]?)$/ || bytes[j] > 255) exit 1
    }
    exit (/::/ ? words > 7 : words != 8)
  }'
}

# is_host TEXT: a name or an address, that of IPv6 in brackets.
is_host() {
  case $1 in
    .* | *..*) return 1 ;;
    '' | *[!A-Za-z0-9._-]*)
      case $1 in
        '['*']') bare=${1#?}; is_ipv6 "${bare%?}" ;;
        *) return 1 ;;
      esac
      ;;
  esac
}

net=
host=${GATEWAY_HOST-127.0.0.1}
port=${GATEWAY_PORT-8080}
# What Kubernetes sets beside a Service called gateway is no setting.
case $port in tcp://* | udp://* | sctp://*) port=8080 ;; esac
if is_ipv6 "$host"; then host="[$host]"; fi
if is_host "$host" && is_port "$port"; then
  # All isolates share the port that the kernel chose for the first of them.
  if [ "$port" -eq 0 ]; then net=$host; else net="$host:$port"; fi
fi

# grant_url URL: its host and port.
grant_url() {
  address=${1#*://}
  address=${address%/}
  if is_host "${address%:*}" && is_port "${address##*:}"; then net="${net:+$net,}$address"; fi
}

if [ "$engine" = triton ]; then grant_url "${GATEWAY_TRITON_URL-http://127.0.0.1:8001}"; fi
grant_url "${GATEWAY_IMMICH_UPSTREAM_URL-}"

# Images from addresses: any host of IPv4, as names say nothing of what they lead to, on the ports that are asked for. Deno
# has no ranges of IPv6.
if [ "${GATEWAY_URL_INPUT-off}" = https ]; then
  net="${net:+$net,}0.0.0.0/0:53,0.0.0.0/0:443"
  ports=$(printf '%s\n' "${GATEWAY_URL_INPUT_HOSTS-}" | tr ',' '\n' | sed -n 's/^[^:]*:\([0-9]*\) *$/\1/p' | sort -nu)
  for other in $ports; do
    if is_port "$other" && [ "$other" -ne 443 ]; then net="$net,0.0.0.0/0:$other"; fi
  done
fi

# Of those variables that are settings the program may read each, but only who may read all can list them, and a
# misspelt one must not go unnoticed.
settings=$(awk 'BEGIN { for (name in ENVIRON) if (name ~ /^GATEWAY_[A-Za-z0-9_]*$/) printf "%s,", name }')

sys=
# Whom the hosts of images are believed by.
if [ "${GATEWAY_URL_INPUT-off}" = https ]; then sys=ca; fi

printf '%s ' -P=serve --no-prompt "--allow-read=$read" ${net:+"--allow-net=$net"} ${sys:+"--allow-sys=$sys"} \
  --v8-flags=--no-memory-reducer,--expose-gc,--max-semi-space-size=16 --unstable-no-legacy-abort --unstable-net \
  gateway/main.ts ${settings:+"--settings=$settings"}
