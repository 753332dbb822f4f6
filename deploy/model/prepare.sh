#!/bin/sh
# The one-shot service `model`: brings the model volume up to date with this image, then downloads and exports each of
# $MODELS unless that has been done. MODEL is short for one. Arguments go to the exporter and make it run in any case, e.g.
# --weights FILE. BATCHING=latency or throughput chooses Triton's batching in place of the manifests'.
#
# Each of MODELS is NAME, NAME:VERSION, or hf-hub:OWNER/NAME, which stands for both towers of a checkpoint on the hub.
#
# Exit codes: 0 the models are there; 64 MODELS is wrong; otherwise the exporter's.
set -euf

# The variables below are for the test; the image has the defaults.
shipped=${SHIPPED_REPOSITORY:-/opt/model_repository}
repository=${MODEL_REPOSITORY:-model_repository}
exporter_digest=${EXPORTER_DIGEST:-exporter.sha256}
authorities=${AUTHORITIES:-ca.pem}

# What deploy/ca/ had when the image was built: the hub may be behind a proxy that opens TLS.
if [ -s "$authorities" ]; then export DENO_CERT="$authorities"; fi

refuse() {
  echo "prepare: $1" >&2
  exit 64
}

asked=${MODELS:-${MODEL:-}}
if [ -n "${MODEL:-}" ] && [ "$MODEL" != "$asked" ]; then
  refuse "MODEL must be left out where MODELS names what is served: MODEL is '$MODEL', MODELS is '$asked'"
fi
models=$(printf '%s' "$asked" | tr , ' ')

# assert_model NAME[:VERSION]: of this image, or made in the volume before.
assert_model() {
  name=${1%%:*}
  case $name in
    *[!A-Za-z0-9_]*) ;;
    *)
      if [ -f "$shipped/$name/manifest.json" ] || [ -f "$repository/$name/manifest.json" ]; then return 0; fi
      ;;
  esac
  refuse "MODELS must name models of this image, or hf-hub:OWNER/NAME: current value is '$asked'"
}

# assert_version NAME:VERSION: the first follows from the model's manifest, another one only somebody can make.
assert_version() {
  case ${1#*:} in
    '' | 0* | *[!0-9]*) refuse "MODELS must have numbers for versions: current value is '$asked'" ;;
    1) ;;
    *)
      if [ -f "$repository/${1%%:*}/${1#*:}/model.onnx" ]; then return 0; fi
      refuse "There is no version ${1#*:} of ${1%%:*}: docker compose run --rm model with --model-version makes one"
      ;;
  esac
}

if [ -z "$models" ]; then refuse "MODELS must name models: current value is '$asked'"; fi
for model in $models; do
  case $model in
    hf-hub:*/*/* | hf-hub:*[!A-Za-z0-9._/-]*) refuse "hf-hub:OWNER/NAME is what a hub has: current value is '$model'" ;;
    hf-hub:?*/?*) ;;
    *:*) assert_model "$model"; if [ $# -eq 0 ]; then assert_version "$model"; fi ;;
    *) assert_model "$model" ;;
  esac
done

# A volume keeps what an older image put there, so manifests and configurations are copied at every start. A golden
# embedding belongs to the exported file beside it and is left alone.
set +f
for manifest in "$shipped"/*/manifest.json; do
  folder=$(basename "$(dirname "$manifest")")
  mkdir -p "$repository/$folder"
  for name in manifest.json config.pbtxt; do
    [ -f "$shipped/$folder/$name" ] || continue
    cmp -s "$shipped/$folder/$name" "$repository/$folder/$name" ||
      cp "$shipped/$folder/$name" "$repository/$folder/$name"
  done
  if [ -f "$shipped/$folder/golden.json" ] && [ ! -f "$repository/$folder/golden.json" ]; then
    cp "$shipped/$folder/golden.json" "$repository/$folder/golden.json"
  fi
done
set -f

# export_model ARGUMENT…
export_model() {
  deno run -q -P=model --no-prompt --cached-only --node-modules-dir=manual models/export/main.ts \
    ${BATCHING:+--batching "$BATCHING"} "$@"
}

# choose NAME[:VERSION]: sets name and version, the ONNX file, and the stamp beside it.
choose() {
  name=${1%%:*}
  version=1
  case $1 in *:*) version=${1#*:} ;; esac
  onnx=$repository/$name/$version/model.onnx
  stamp=$repository/$name/.exported
  if [ "$version" != 1 ]; then stamp=${stamp}_$version; fi
}

# What the exported file depends on, and the file itself with the data of a large one, in case somebody replaced it.
state() {
  own=$repository/$name/$version/manifest.json
  if [ ! -f "$own" ]; then own=; fi
  data=
  if [ -f "$onnx.data" ]; then data=$onnx.data; fi
  cat "$exporter_digest" "$repository/$name/manifest.json" ${own:+"$own"} "$onnx" ${data:+"$data"} | sha256sum
}

# write_stamp NAME[:VERSION]
write_stamp() {
  choose "$1"
  state > "$stamp.tmp"
  mv "$stamp.tmp" "$stamp"
}

# prepare_model NAME[:VERSION] ARGUMENT…
prepare_model() {
  model=$1
  shift
  choose "$model"
  if [ $# -eq 0 ] && [ -f "$onnx" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state)" ]; then
    echo "prepare: $model is exported already"
    if [ -n "${BATCHING:-}" ]; then export_model --config-only "$name"; fi
    return 0
  fi
  echo "prepare: exporting $model; weights are downloaded unless they are in the volume"
  if [ "$version" != 1 ]; then set -- "$@" --model-version "$version"; fi
  export_model "$@" "$name"
  write_stamp "$model"
}

# prepare_hub_model hf-hub:OWNER/NAME ARGUMENT…: the hub is asked once. Then its manifests are in the volume, and go by
# the commit that was there; what was made is written down, as one of the towers may be none that is supported.
prepare_hub_model() {
  hub=$1
  shift
  made=$repository/.$(printf '%s' "$hub" | sed 's,[:/],--,g')
  if [ $# -eq 0 ] && [ -f "$made" ]; then
    for model in $(cat "$made"); do prepare_model "$model"; done
    return 0
  fi
  echo "prepare: making the models of $hub; weights are downloaded unless they are in the volume"
  export_model "$@" "$hub"
  # Then they are other models than this stands for, and MODELS has to have their names.
  case " $* " in *' --name'* | *' --model-version'*) return 0 ;; esac
  # As models/open_clip/model_names.ts makes names.
  image=$(printf '%s' "${hub##*/}" | LC_ALL=C tr A-Z a-z | LC_ALL=C sed 's/[^a-z0-9][^a-z0-9]*/_/g; s/^_//; s/_$//')
  for model in "$image" "${image}_text"; do
    if [ ! -f "$repository/$model/1/model.onnx" ]; then continue; fi
    write_stamp "$model"
    echo "$model"
  done > "$made.tmp"
  if [ -s "$made.tmp" ]; then mv "$made.tmp" "$made"; else rm "$made.tmp"; fi
}

for model in $models; do
  case $model in
    hf-hub:*) prepare_hub_model "$model" "$@" ;;
    *) prepare_model "$model" "$@" ;;
  esac
done
