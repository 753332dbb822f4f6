#!/bin/sh
# The image's entrypoint: becomes the gateway. Here GATEWAY_MODELS may have hf-hub:OWNER/NAME, too.
set -eu
case ${GATEWAY_MODELS-} in
  *hf-hub:*)
    models=$(sh deploy/model/served_models.sh "${GATEWAY_MODEL_REPOSITORY:-model_repository}" "$GATEWAY_MODELS")
    GATEWAY_MODELS=$(printf '%s' "$models" | tr '\n' ,)
    export GATEWAY_MODELS
    ;;
esac
exec sh gateway/start.sh "$@"
