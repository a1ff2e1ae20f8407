#!/usr/bin/env bash
# What an ordinary process needs to pass for a machine: it is up while its machine runs, so it stays when the user data
# has ended well, and it is off when the user data has failed, because that is how our machines end themselves. Of the
# machine's services it runs, in systemd's place, the one that needs nothing but to be a process.
set -euo pipefail

bash "$1"

unit=$MOONBASE_ROOT/etc/systemd/system/moonbase-orders.service
if [[ ! -e $unit ]]; then exec sleep infinity; fi
mapfile -t environment < <(sed -n 's/^Environment=//p' "$unit")
program=$(sed -n 's/^ExecStart=//p' "$unit")
while :; do
  env "${environment[@]}" "$program" || true
  sleep 5
done
