#!/bin/sh
# served_models.sh REPOSITORY MODELS: prints the models that MODELS names, one a line. hf-hub:OWNER/NAME stands for those
# that prepare.sh made of it and wrote down in the repository. For gateway and Triton, which serve what that prepared.
#
# Exit codes: 0, or 78 where one was not made.
set -euf

for model in $(printf '%s' "$2" | tr , ' '); do
  case $model in
    hf-hub:*)
      made=$1/.$(printf '%s' "$model" | sed 's,[:/],--,g')
      if [ ! -f "$made" ]; then
        echo "There is no model of $model in $1: run the service model first" >&2
        exit 78
      fi
      cat "$made"
      ;;
    *) printf '%s\n' "$model" ;;
  esac
done
