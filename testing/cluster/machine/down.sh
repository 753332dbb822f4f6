#!/bin/bash
# Ends the cluster: its first process takes all others with it, and they their mounts. What was built stays.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
. "$(dirname "$0")/environment.sh"

if [ -f "$holder" ]; then
  number=$(cat "$holder")
  # A number that is another's by now is left alone.
  if grep -qz tini-static "/proc/$number/cmdline" 2> /dev/null; then
    kill -KILL "$number"
    until_true 20 test ! -d "/proc/$number"
  fi
fi

# Nothing but folders without processes is removed.
remove_cgroups() {
  local folder
  for folder in /sys/fs/cgroup/kubepods /sys/fs/cgroup/*/kubepods; do
    [ ! -d "$folder" ] || find "$folder" -depth -type d -exec rmdir {} + 2> /dev/null || return 1
  done
}
until_true 20 remove_cgroups
rm -rf --one-file-system "$state"
