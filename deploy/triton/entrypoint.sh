#!/bin/sh
# Starts Triton for some models, with every limit explicit. Arguments are passed on to tritonserver.
#
#   MODELS                 what is served, with commas: NAME, NAME:VERSION, hf-hub:OWNER/NAME; MODEL is short for one
#   REQUEST_TIMEOUT_MS     the gateway's GATEWAY_REQUEST_TIMEOUT_MS; after SIGTERM inferences in flight get 5 s more
#   STOP_SECONDS           after which Docker ends this container
#   TRITON_INFLIGHT        requests in flight for which Triton keeps its buffers: the gateway's slots
#   TRITON_LOG_VERBOSE     1 says which execution provider was set up and with which options
#   MODEL_REPOSITORY, ENGINE_CACHE, TRITONSERVER, SERVED_MODELS   for the test; the image has the defaults
#
# Exit codes: 64 a variable is wrong, 78 a model is not exported, otherwise Triton's.
set -eu

server=${TRITONSERVER:-tritonserver}
repository=${MODEL_REPOSITORY:-/models}
cache=${ENGINE_CACHE:-/cache}
asked=${MODELS:-${MODEL:-}}

served=$(sh "${SERVED_MODELS:-/usr/local/bin/served-models}" "$repository" "$asked")
# One of several versions is loaded with its model.
models=$(printf '%s\n' "$served" | sed 's/:.*//' | sort -u)
case $served in
  '' | *[!A-Za-z0-9_:[:space:]]*)
    echo "serve-model: MODELS must be letters, digits and underscores: current value is '$asked'" >&2
    exit 64
    ;;
esac

# assert_number NAME VALUE
assert_number() {
  case $2 in
    '' | *[!0-9]* | 0* | ?????????????*)
      echo "serve-model: $1 must be a whole number above 0: current value is '$2'" >&2
      exit 64
      ;;
  esac
}
timeout=${REQUEST_TIMEOUT_MS:-10000}
stop=${STOP_SECONDS:-30}
assert_number GATEWAY_REQUEST_TIMEOUT_MS "$timeout"
assert_number STOP_SECONDS "$stop"
exit_seconds=$(((timeout + 999) / 1000 + 5))
if [ "$stop" -lt $((exit_seconds + 5)) ]; then
  echo "serve-model: STOP_SECONDS must be GATEWAY_REQUEST_TIMEOUT_MS and 10 s, or more: current value is $stop" >&2
  exit 64
fi

for model in $served; do
  name=${model%%:*}
  version=1
  case $model in *:*) version=${model#*:} ;; esac
  if [ ! -f "$repository/$name/$version/model.onnx" ] || [ ! -f "$repository/$name/config.pbtxt" ]; then
    echo "serve-model: $repository/$name has no config.pbtxt or no $version/model.onnx: run the service model first" >&2
    exit 78
  fi
done

# A TensorRT engine in the cache is found by the names in the graph and by versions, not by the weights, so other
# weights in the same graph would meet the old engine. Engines also belong to one kind of GPU.
# forget_stale_engines MODEL
forget_stale_engines() {
  folder=$cache/$1
  gpu=$(nvidia-smi --query-gpu=name,compute_cap --format=csv,noheader 2> /dev/null || echo none)
  # A large model's weights lie in a second file.
  state="model $(cat "$repository/$1"/[1-9]*/model.onnx* | sha256sum) triton ${NVIDIA_TRITON_SERVER_VERSION:-unknown} gpu $gpu"
  mkdir -p "$folder"
  if [ "$(cat "$folder/.built_for" 2> /dev/null)" != "$state" ]; then
    echo "serve-model: $folder was not built for this model, Triton and GPU: starting with an empty engine cache"
    find "$folder" -mindepth 1 -delete
    printf '%s\n' "$state" > "$folder/.built_for"
  fi
}

# assert_own_engines MODEL: versions have one configuration, and so one cache, where the second finds the first's engine.
assert_own_engines() {
  grep -q trt_engine_cache_path "$repository/$1/config.pbtxt" || return 0
  set -- "$1" "$repository/$1"/[1-9]*/model.onnx
  if [ $# -gt 2 ]; then
    echo "serve-model: $repository/$1 must have one version, as TensorRT would serve the engine of the first for all:" \
      "give the other a name of its own" >&2
    exit 78
  fi
}

for model in $models; do assert_own_engines "$model"; done
if [ -w "$cache" ]; then
  for model in $models; do forget_stale_engines "$model"; done
else
  echo "serve-model: $cache is not writable: TensorRT engines would be built again at every start" >&2
fi

# Options differ between releases, and an unknown one ends the start. --help exits with 1.
help=$("$server" --help 2>&1 || true)
knows() {
  case $help in
    *"--$1 "*) return 0 ;;
    *) return 1 ;;
  esac
}

# What can load other models, change files' paths or settings is locked with a key that nobody has. Shared memory
# stays open over gRPC, where the gateway registers its region, and closed over HTTP.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# Later options win, so arguments come last.
# Since 26.04 clients may use shared memory only where this is set; before, the option is unknown and they may.
if knows allow-client-shm; then set -- --allow-client-shm=true "$@"; fi
# A batch of 32 FP32 inputs is 19.3 MB.
if knows http-max-input-size; then set -- --http-max-input-size=33554432 "$@"; fi

for model in $models; do set -- "--load-model=$model" "$@"; done

exec "$server" \
  "--model-repository=$repository" \
  --model-control-mode=explicit \
  --disable-auto-complete-config \
  --strict-readiness=true \
  --exit-on-error=true \
  "--exit-timeout-secs=$exit_seconds" \
  "--log-verbose=${TRITON_LOG_VERBOSE:-0}" \
  --http-address=0.0.0.0 --http-port=8000 --http-thread-count=4 \
  "--http-restricted-api=shared-memory,model-repository,trace,logging:locked=$key" \
  --grpc-address=0.0.0.0 --grpc-port=8001 \
  "--grpc-infer-allocation-pool-size=${TRITON_INFLIGHT:-256}" \
  "--grpc-restricted-protocol=model-repository,trace,logging:locked=$key" \
  --allow-metrics=true --metrics-address=0.0.0.0 --metrics-port=8002 --metrics-interval-ms=2000 \
  "$@"
