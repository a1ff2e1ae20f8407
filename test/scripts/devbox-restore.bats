#!/usr/bin/env bats
# Promise: the home comes back as it was, and what goes wrong leaves a box that one can log in to, and the history as it is.

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
}

# A home with what homes have.
fill_home() {
  mkdir -p "$home/.ssh" "$home/projects/höhle" "$home/.cache"
  echo key >"$home/.ssh/id"
  chmod 700 "$home/.ssh"
  chmod 600 "$home/.ssh/id"
  echo text >"$home/projects/höhle/ein"$'\n'"name"
  ln "$home/projects/höhle/ein"$'\n'"name" "$home/hard"
  ln -s ../nowhere "$home/soft"
  truncate -s 20M "$home/sparse"
  echo tail >>"$home/sparse"
  touch -d '2001-02-03T04:05:06.789Z' "$home/projects/höhle" "$home/hard"
  chmod 750 "$home/projects"
  chmod 755 "$home"
}

@test "the first box of all makes the repository, and starts with an empty home from the skeleton" {
  restore
  [ "$(<"$state/restore")" = none ]
  [ "$(<"$home/.profile")" = "# from the skeleton" ]
  bare_restic cat config >/dev/null
  id=$(bare_restic cat config | md5sum)
  new_machine
  restore
  [ "$(bare_restic cat config | md5sum)" = "$id" ]
}

@test "what was saved comes back as it was, on another machine" {
  lib repository_open
  restore none
  fill_home
  python3 -c 'import os,sys; os.setxattr(sys.argv[1], "user.origin", b"elsewhere")' "$home/hard"
  rm -rf "$home/.cache"
  before=$(manifest)
  save whole
  new_machine
  restore
  [ "$(<"$state/restore")" = whole ]
  [ "$(<"$state/restore-snapshot")" = "$(snapshots)" ]
  [[ $(<"$state/restore-newest") =~ ^20[0-9-]+T[0-9:]+Z\ [0-9a-f]{8}$ ]]
  [[ $(snapshots) == "$(cut -d ' ' -f 2 "$state/restore-newest")"* ]]
  diff <(echo "$before") <(manifest)
  [ "$(stat -c %b "$home/sparse")" -lt 2000 ]
}

@test "pinned is what is pinned, latest is the newest data, an id is that one, none is none" {
  lib repository_open
  restore none
  for word in one two; do
    echo "$word" >"$home/word"
    save
  done
  mapfile -t all < <(snapshots)
  word() {
    new_machine
    restore "$@"
    cat "$home/word"
  }
  [ "$(word pinned)" = two ]
  configure restic/config_snapshot_id "${all[0]}"
  [ "$(word pinned)" = one ]
  [ "$(word latest)" = two ]
  [ "$(word "${all[0]:0:12}")" = one ]
  new_machine
  restore none
  [ ! -e "$home/word" ]
  configure restic/config_snapshot_id none
  [ "$(word pinned)" = two ]
}

@test "a snapshot that is not there is no empty home: nothing is backed up over the history" {
  lib repository_open
  restore none
  save
  new_machine
  restore 0123456789abcdef
  [ "$(<"$state/restore")" = failed ]
  [[ $(<"$state/restore-message") == "not restored: no snapshot 0123456789abcdef is in the repository" ]]
  [ -e "$home/.profile" ]
  commanded "wall "
  run save
  [ "$status" -ne 0 ]
  [[ $(failure) == "nothing is backed up: this home was not restored (not restored: no snapshot "* ]]
  run backup
  [ "$status" -ne 0 ]
  [ "$(snapshots | wc -l)" -eq 1 ]
}

@test "a wrong password is said, and is never answered with a new repository" {
  lib repository_open
  restore none
  save
  configure restic/password other
  new_machine
  restore
  [ "$(<"$state/restore")" = failed ]
  [ "$(<"$state/restore-message")" = "the repository: the password in /devserver/restic/password does not open the repository" ]
  [ "$(snapshots | wc -l)" -eq 1 ]
}

@test "S3 that cannot be reached is said, within seconds, and the box is up" {
  AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 restore
  [ "$(<"$state/restore")" = failed ]
  [[ $(<"$state/restore-message") == "the repository: S3 cannot be reached"* ]]
  # Tried again when the machine boots again.
  restore
  [ "$(<"$state/restore")" = none ]
}

@test "a repository that has lost its config is left as it is" {
  lib repository_open
  s3 DELETE devbox/config
  restore
  [ "$(<"$state/restore")" = failed ]
  [[ $(<"$state/restore-message") == *"has lost its config"* ]]
  not bare_restic cat config
}

@test "a repository that is damaged restores nothing by halves" {
  lib repository_open
  restore none
  head -c 300000 /dev/urandom >"$home/big"
  echo small >"$home/small"
  save
  for key in $(s3 GET "?list-type=2&prefix=devbox%2Fdata%2F" | grep -o 'devbox/data/[0-9a-f/]*'); do
    s3 PUT "$key" --data-raw garbage
  done
  new_machine
  MOONBASE_RESTORE_SECONDS=20 restore
  [ "$(<"$state/restore")" = failed ]
  [ "$(ls -A "$home")" = .profile ]
}

@test "a full disk is said, and leaves room to log in" {
  lib repository_open
  restore none
  head -c 3000000 /dev/urandom >"$home/big"
  save
  new_machine
  # A mount of its own, gone with the process.
  export -f lib restore
  unshare --mount bash -c 'mount -t tmpfs -o size=1m tmpfs "$1" && restore && ls -A "$1" >"$2"' bash "$home" "$machine/left"
  [ "$(<"$state/restore")" = failed ]
  [ "$(<"$state/restore-message")" = "not restored: the disk is full" ]
  [ "$(<"$machine/left")" = .profile ]
}

@test "a restore that takes too long is stopped, and the box is up" {
  lib repository_open
  restore none
  save
  new_machine
  printf '#!/bin/sh\nexec sleep 60\n' >"$machine/bin/restic.new"
  chmod +x "$machine/bin/restic.new"
  mv "$machine/bin/restic.new" "$machine/bin/restic"
  MOONBASE_RESTORE_SECONDS=1 restore
  [ "$(<"$state/restore")" = failed ]
  [ "$(<"$state/restore-message")" = "not restored: it did not end within 1 seconds" ]
}

@test "a machine that ends in the middle of its restore backs nothing up over the good history, and the next boot restores whole" {
  lib repository_open
  restore none
  echo good >"$home/work"
  save
  before=$(snapshots)
  new_machine
  real=$(readlink "$machine/bin/restic")
  # The real one, which is held where half of the home is there.
  rm "$machine/bin/restic"
  printf '#!/usr/bin/env bash\nif [[ " $* " == *" restore "* ]]; then echo half >%s; exec sleep 60; fi\nexec %s "$@"\n' "$home/work" "$real" >"$machine/bin/restic"
  chmod +x "$machine/bin/restic"
  PATH=$REAL_PATH setsid --fork bash -c "echo \$\$ >$machine/session; $(declare -f lib restore); machine_path=$machine_path restore" >"$machine/log" 2>&1 3>&-
  until_true grep -qs half "$home/work"
  pkill -KILL --session "$(<"$machine/session")"
  [ ! -e "$state/restore" ]
  run save
  [ "$status" -ne 0 ]
  [ "$(failure)" = "nothing is backed up: this home is not restored yet" ]
  run backup
  [ "$status" -ne 0 ]
  [ "$(snapshots)" = "$before" ]
  ln -sf "$real" "$machine/bin/restic"
  restore
  [ "$(<"$state/restore")" = whole ]
  [ "$(<"$home/work")" = good ]
}

@test "a second boot restores nothing again" {
  restore
  echo mine >"$home/mine"
  restore latest
  [ "$(<"$home/mine")" = mine ]
}

@test "while somebody tidies the repository up, a restore waits for it" {
  restore
  head -c 3000000 /dev/urandom >"$home/big"
  before=$(manifest)
  save
  new_machine
  bare_restic check --read-data --no-cache --limit-download 5 >"$machine/tidying" 2>&1 3>&- &
  tidying=$!
  locked() { s3 GET "?list-type=2&prefix=devbox%2Flocks%2F" | grep -q '<Key>'; }
  until locked; do sleep 0.05; done
  MOONBASE_RESTIC_LOCK_WAIT=60s restore 2>"$machine/log" 3>&- &
  restoring=$!
  until_true grep -q restore-begun "$machine/log"
  locked
  pkill --parent "$tidying"
  wait "$restoring"
  [ "$(<"$state/restore")" = whole ]
  [ "$(manifest)" = "$before" ]
}
