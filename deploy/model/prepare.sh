#!/bin/sh
# The one-shot service `model`: brings the model volume up to date with this image, then downloads and exports $MODEL
# unless that has been done. Arguments go to the exporter and make it run in any case, e.g. --weights FILE.
# BATCHING=latency or throughput chooses Triton's batching in place of the manifest's.
#
# Exit codes: 0 the model is there; 64 MODEL is wrong; otherwise the exporter's.
set -eu

# The variables below are for the test; the image has the defaults.
shipped=${SHIPPED_REPOSITORY:-/opt/model_repository}
repository=${MODEL_REPOSITORY:-model_repository}
exporter_digest=${EXPORTER_DIGEST:-exporter.sha256}
authorities=${AUTHORITIES:-ca.pem}

# What deploy/ca/ had when the image was built: the hub may be behind a proxy that opens TLS.
if [ -s "$authorities" ]; then export DENO_CERT="$authorities"; fi

model=${MODEL:-}
if [ -z "$model" ] || [ ! -f "$shipped/$model/manifest.json" ]; then
  echo "prepare: MODEL must name a model of this image: current value is '$model'" >&2
  exit 64
fi

# A volume keeps what an older image put there, so manifests and configurations are copied at every start. A golden
# embedding belongs to the exported file beside it and is left alone.
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

onnx=$repository/$model/1/model.onnx
stamp=$repository/$model/.exported

# What the exported file depends on, and the file itself with the data of a large one, in case somebody replaced it.
state() {
  data=
  if [ -f "$onnx.data" ]; then data=$onnx.data; fi
  cat "$exporter_digest" "$repository/$model/manifest.json" "$onnx" ${data:+"$data"} | sha256sum
}

export_model() {
  deno run -q -P=model --no-prompt --cached-only --node-modules-dir=manual models/export/main.ts \
    ${BATCHING:+--batching "$BATCHING"} "$@" "$model"
}

if [ $# -eq 0 ] && [ -f "$onnx" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state)" ]; then
  echo "prepare: $model is exported already"
  if [ -n "${BATCHING:-}" ]; then export_model --config-only; fi
  exit 0
fi

echo "prepare: exporting $model; weights are downloaded unless they are in the volume"
export_model "$@"
state > "$stamp.tmp"
mv "$stamp.tmp" "$stamp"
