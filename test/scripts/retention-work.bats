#!/usr/bin/env bats
# Promise: retention removes what the policy does not keep and nothing else, and nothing at all where something is wrong.

setup_file() {
  load fixture/machine.bash
  load fixture/devbox.bash
  devbox_storage_start
}

teardown_file() {
  load fixture/devbox.bash
  devbox_storage_stop
}

setup() {
  load fixture/machine.bash
  load fixture/devbox.bash
  devbox_setup
  export MOONBASE_BODY=process MOONBASE_KEEP="0 2 0 0"
}

# back_up <date> <tags>: prints the id; the home as it was is kept beside.
back_up() {
  local id
  head -c 300000 /dev/urandom >"$home/work-${1//[^0-9]/}"
  id=$(bare_restic backup --json --host devbox --tag "$2" --time "$1" "$home" | grep -o '"snapshot_id":"[0-9a-f]*"')
  id=${id:15:64}
  cp -R "$home" "$machine/copy-$id"
  printf '%s\n' "$id"
}

# Four of the first day, one of them tagged; six of the next two.
make_history() {
  lib repository_open
  mapfile -t old < <(for hour in 10 11 12; do back_up "2026-01-01 $hour:00:00" data; done)
  tagged=$(back_up "2026-01-01 13:00:00" data,config)
  mapfile -t recent < <(for day in 02 03; do for hour in 10 11 12; do back_up "2026-01-$day $hour:00:00" data; done; done)
}

retain() {
  rm -f "$MOONBASE_FAILURE_FILE"
  PATH=$machine_path "$scripts/retention/run" 2>"$machine/log"
}

# refuses <message>: and removes nothing.
refuses() {
  run retain
  [ "$status" -ne 0 ]
  # A pattern, meant to be one.
  # shellcheck disable=SC2053
  [[ $(failure) == $1 ]]
  [ "$(snapshots | wc -l)" -ge 10 ]
}

# all_restore <id>...: as they were.
all_restore() {
  local id
  for id in "$@"; do
    rm -rf "$machine/back"
    bare_restic restore --quiet --no-lock "$id" --target "$machine/back"
    diff -r "$machine/copy-$id" "$machine/back$home"
  done
}

@test "without a repository there is nothing to do, and none is made" {
  [ "$(retain)" = "there are no backups yet" ]
  [ -z "$(s3 GET "?list-type=2" | grep '<Key>' || true)" ]
}

@test "what the policy keeps, what is pinned and what is tagged stays and restores whole, the rest is gone" {
  make_history
  configure restic/config_snapshot_id "${old[1]:0:12}"
  [[ $(retain) == "removed 2 of 10 backups - kept 8 - freed "*" - read part "*"/13 of the data and found it good" ]]
  [ "$(snapshots | sort)" = "$(printf '%s\n' "${old[1]}" "$tagged" "${recent[@]}" | sort)" ]
  all_restore "${old[1]}" "$tagged" "${recent[@]}"
  bare_restic check --read-data --quiet
}

@test "where something is wrong nothing is removed" {
  make_history
  MOONBASE_KEEP="0 0 0 0" refuses "nothing was removed: the policy keeps nothing"
  MOONBASE_KEEP="" refuses "nothing was removed: no policy says which backups to keep"
  configure restic/config_snapshot_id 0123456789abcdef
  refuses "nothing was removed: the pinned snapshot 01234567 is not in the repository"
  configure restic/config_snapshot_id none
  forged=$(back_up "2099-01-01 10:00:00" data)
  refuses "nothing was removed: snapshot ${forged:0:8} is of a time to come*"
  bare_restic forget --quiet "$forged"
  key=$(s3 GET "?list-type=2&prefix=devbox%2Fdata%2F" | grep -o 'devbox/data/[0-9a-f/]*' | head -n 1)
  s3 PUT "$key" --data-raw garbage
  refuses "nothing was removed: the repository is damaged: pack *"
}

@test "killed while restic is at it, it has broken nothing, and the next run does the rest" {
  make_history
  PATH=$machine_path "$(PATH=$REAL_PATH command -v setsid)" "$scripts/retention/run" >"$machine/said" 2>"$machine/log" 3>&- &
  run=$!
  until grep -q '"step":"pruning"' "$machine/log" && pgrep --session "$run" restic; do sleep 0.02; done
  pkill -KILL --session "$run"
  wait "$run" || true
  [ ! -s "$machine/said" ]
  all_restore "$tagged" "${recent[@]}"
  [[ $(retain) == "removed 0 of 7 backups - "* ]]
  all_restore "$tagged" "${recent[@]}"
  bare_restic check --read-data --quiet
}
