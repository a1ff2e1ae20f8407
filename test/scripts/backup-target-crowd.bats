#!/usr/bin/env bats
# Promise: twenty devices at once, each from its own network: none fails, and none sees another.

devices=20

setup_file() {
  load fixture/target.bash
  target_start
  for ((number = 1; number <= devices; number++)); do
    device_make "device-$number" "$number"
    on_target bash -c 'head -c 2M /dev/urandom >"$1/data/file"; echo "$1" >"$1/data/name"' - "$laptop/device-$number"
  done
}

teardown_file() {
  load fixture/target.bash
  target_stop
}

setup() {
  load fixture/target.bash
}

# What the target's processes hold, in kB: everything that sshd started. Shared pages count for each, so it is rather more.
memory() {
  on_target ps -eo rss=,args= | awk '/sshd|btrbk-session|btrfs receive|bwrap|sudo/ && !/ssh -i/ {sum += $1} END {print sum + 0}'
}

@test "twenty devices at once" {
  runs=() peak=0 start=$EPOCHSECONDS
  for ((number = 1; number <= devices; number++)); do
    btrbk_of "device-$number" -q run >"$BATS_TEST_TMPDIR/$number.log" 2>&1 3>&- &
    runs+=($!)
  done
  while (($(jobs -rp | wc -l) > 0)); do
    held=$(memory)
    if ((held > peak)); then peak=$held; fi
    sleep 0.2
  done
  for ((number = 1; number <= devices; number++)); do
    wait "${runs[number - 1]}" || { cat "$BATS_TEST_TMPDIR/$number.log" && false; }
  done
  echo "# $devices devices at once: $((EPOCHSECONDS - start)) s, at most $((peak / 1024)) MB on the target" >&3
  for ((number = 1; number <= devices; number++)); do
    name=$(names "$volume/backups/device-$number")
    diff <(contents "$laptop/device-$number/data" | grep -v '^\. ') <(contents "$volume/backups/device-$number/$name" | grep -v '^\. ')
  done
  [ "$(target_command device-list --json | jq '[.[] | select(.lastBackupAt != null and .incomplete == 0)] | length')" -eq "$devices" ]
}

@test "each sees itself and nobody else" {
  for ((number = 1; number <= devices; number += 7)); do
    run asks "device-$number" "btrfs subvolume list -a -c -u -q -R '$volume'"
    [ "${#lines[@]}" -eq 2 ]
    [ "$(grep -o 'device-[0-9]*' <<<"$output" | sort -u)" = "device-$number" ]
  done
}
