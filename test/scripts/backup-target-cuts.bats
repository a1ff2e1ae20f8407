#!/usr/bin/env bats
# Promise: a transfer that is cut in the middle leaves nothing behind, also for a device that may not delete, and the
# next run is clean. Retention is the target's for such a device.

setup_file() {
  load fixture/target.bash
  target_start
  device_make alpha 1
  device_make beta 2 --append-only
}

teardown_file() {
  load fixture/target.bash
  target_stop
}

setup() {
  load fixture/target.bash
}

# slow_run <device> <number>: in the background, until something of it has arrived.
slow_run() {
  device_configure "$1" "$2" "rate_limit 1m"
  on_target bash -c 'head -c 20M /dev/urandom >"$1/data/big"' - "$laptop/$1"
  on_device "$1" btrbk --config="/mnt/work/$1.conf" run >"$BATS_TEST_TMPDIR/run.log" 2>&1 3>&- &
  running=$!
  until_true receiving "$1"
}

# incomplete <device>: how many subvolumes of it are half received.
incomplete() {
  target_command device-list --json | jq --arg device "$1" '.[] | select(.name == $device).incomplete'
}

receiving() {
  (($(incomplete "$1") == 1))
}

# kill_ssh <device>: the client's ssh, as if the lid was closed.
kill_ssh() {
  on_target bash -euc 'for process in $(ip netns pids "$1"); do
    if [[ $(cat "/proc/$process/comm") == ssh ]]; then kill -KILL "$process"; fi
  done' - "$1"
}

no_leftovers() {
  (($(incomplete "$1") == 0))
}

# uses_less_than <bytes>: btrfs frees what was deleted a little later.
uses_less_than() {
  (($(target_command device-list --json | jq '.[] | select(.name == "beta").usedBytes') < $1))
}

# next_is_clean <device> <number>: the cut snapshot and a new one arrive, without a warning.
next_is_clean() {
  device_configure "$1" "$2"
  sleep 1.1
  run btrbk_of "$1" run
  [ "$status" -eq 0 ]
  [[ $output != *WARNING* && $output != *ERROR* ]]
  [ "$(names "$volume/backups/$1")" = "$(names "$laptop/$1/snapshots")" ]
  for name in $(names "$volume/backups/$1"); do
    diff <(contents "$laptop/$1/snapshots/$name") <(contents "$volume/backups/$1/$name")
  done
}

@test "ssh is killed in the middle" {
  for device in alpha beta; do
    work "$device" 1
    slow_run "$device" "$([[ $device == alpha ]] && echo 1 || echo 2)"
    kill_ssh "$device"
    not wait "$running"
    until_true no_leftovers "$device"
    next_is_clean "$device" "$([[ $device == alpha ]] && echo 1 || echo 2)"
  done
}

@test "the link is gone in the middle" {
  work alpha 2
  slow_run alpha 1
  on_target ip link set to-1 down
  until_true no_leftovers alpha
  kill_ssh alpha
  not wait "$running"
  on_target ip link set to-1 up
  next_is_clean alpha 1
}

@test "the volume is full" {
  work beta 4
  on_target bash -c 'for size in 100M 10M 1M 100K 4K; do
    number=0; while fallocate -l "$size" "$1/full.$size.$((number += 1))" 2>/dev/null; do :; done
  done' - "$volume"
  device_configure beta 2
  run btrbk_of beta run
  [ "$status" -ne 0 ]
  [[ $output == *"No space left on device"* ]]
  no_leftovers beta
  on_target bash -c 'rm "$1"/full.*' - "$volume"
  next_is_clean beta 2
}

@test "the machine is gone in the middle: retain finds what was left, and nothing that is still arriving" {
  work beta 2
  slow_run beta 2
  target_command retain
  receiving beta
  on_target pkill -KILL -f btrbk-session
  not wait "$running"
  receiving beta
  target_command retain
  no_leftovers beta
  next_is_clean beta 2
}

@test "a device that may not delete is told so, and the target keeps house for it by its own clock" {
  run asks beta "btrfs subvolume delete '$volume/backups/beta/$(newest "$volume/backups/beta")'"
  [ "$status" -eq 255 ]
  [[ $output == *"this device may not delete"* ]]
  work beta 3
  sleep 1.1
  btrbk_of beta run
  mapfile -t all < <(names "$volume/backups/beta")
  ((${#all[@]} > 2))
  others=$(names "$volume/backups/alpha")
  target_command retain "1m"
  # The first of this month, and the newest.
  [ "$(names "$volume/backups/beta")" = "$(printf '%s\n' "${all[0]}" "${all[-1]}")" ]
  [ "$(names "$volume/backups/alpha")" = "$others" ]
  not target_command retain "1 month"
}

@test "a quota holds from the first byte that arrives, and what did not fit is gone" {
  on_target cat /mnt/work/beta.pub | target_command device-add beta --append-only --quota 1
  limit=$(on_target bash -euc 'cat /sys/fs/btrfs/*/qgroups/1_$(btrfs inspect-internal rootid "$1")/max_referenced' - "$volume/backups/beta")
  [ "$limit" -eq $((1 << 30)) ]
  on_target bash -euc 'btrfs qgroup limit 20M "1/$(btrfs inspect-internal rootid "$1")" "$1"' - "$volume/backups/beta"
  on_target bash -c 'head -c 40M /dev/urandom >"$1/data/big"' - "$laptop/beta"
  sleep 1.1
  run btrbk_of beta run
  [ "$status" -ne 0 ]
  [[ $output == *"Disk quota exceeded"* ]]
  no_leftovers beta
  on_target test ! -e "$volume/backups/beta/$(newest "$laptop/beta/snapshots")"
  until_true uses_less_than 20000000
  on_target cat /mnt/work/beta.pub | target_command device-add beta --append-only
  btrbk_of beta run
}
