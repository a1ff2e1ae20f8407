#!/usr/bin/env bash
# enter.sh <cgroup>: becomes the leader of a body. Network, mounts and processes of a body are in namespaces that only
# its own processes hold, so its end is the end of them all: nothing has a name that could stay behind. It dies with
# the engine that started it, however that dies.
set -euo pipefail

printf '0' >"$1/cgroup.procs"
# The host's network, for the body's two doors to it.
exec 7</proc/self/ns/net
exec setpriv --pdeathsig KILL unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc \
  "${BASH_SOURCE[0]%/*}/body.sh"
