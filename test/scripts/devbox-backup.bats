#!/usr/bin/env bats
# Promise: a backup is one that was verified, there are never two at once, and each failure is one clear message.

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
  lib repository_open
  restore none
}

# From now on restic waits, before it backs up, until the test lets it go; how many are at it at once is written down.
hold_restic() {
  real=$(readlink "$machine/bin/restic")
  rm "$machine/bin/restic"
  cat >"$machine/bin/restic" <<END
#!/usr/bin/env bash
if [[ " \$* " == *" backup "* ]]; then
  echo begun >>$machine/backups
  mkdir $machine/one-at-a-time || echo two >>$machine/backups
  until [[ -e $machine/go ]]; do sleep 0.05; done
  $real "\$@"; status=\$?
  rm -r $machine/one-at-a-time
  exit \$status
fi
exec $real "\$@"
END
  chmod +x "$machine/bin/restic"
  touch "$machine/backups"
}

begun() {
  (($(grep -c begun "$machine/backups") >= $1))
}

@test "a save prints the snapshot that the bucket has, tagged data, and the state remembers it" {
  echo work >"$home/work"
  output=$(save quick)
  id=$(field "$output" id)
  s3 GET "devbox/snapshots/$id" >/dev/null
  [[ $(field "$output" message) == "2 new and 0 changed of 2 files, "*" sent" ]]
  [ "$(<"$state/backup")" = "$output" ]
  [[ $(<"$state/backup-line") =~ ^20.*Z\ ${id:0:8}\ in\ [0-9.]+\ s$ ]]
  bare_restic snapshots --json "$id" | grep -q '"tags":\["data"\]'
  [ -z "$(ls "$MOONBASE_ROOT/run/moonbase")" ]
}

@test "the second one is of the changes alone, also on another machine" {
  head -c 2000000 /dev/urandom >"$home/big"
  save
  new_machine
  restore
  echo more >"$home/more"
  # A quick one may be the first there is, and has two minutes: what is as old and as long as before is not read.
  [[ $(field "$(save quick)" message) == "1 new and 0 changed of 3 files, "*KiB\ sent ]]
}

@test "a file that was changed behind its date is found by a whole save" {
  echo one >"$home/file"
  touch -d 2001-01-01 "$home/file"
  save
  new_machine
  restore
  echo two >"$home/file"
  touch -d 2001-01-01 "$home/file"
  save whole
  [ "$(bare_restic dump --no-lock latest "$home/file")" = two ]
}

@test "what programs make again by themselves is left out, and other file systems are" {
  mkdir -p "$home/.cache" "$home/project/.cache" "$home/.local/share/Trash" "$home/mount"
  touch "$home/.cache/a" "$home/project/.cache/b" "$home/project/kept" "$home/.local/share/Trash/c"
  export -f save
  unshare --mount bash -c 'mount -t tmpfs tmpfs "$1/mount" && touch "$1/mount/d" && scripts=$MOONBASE_HOME save' bash "$home"
  files=$(bare_restic ls latest --no-lock --quiet)
  [[ $files == *"/project/kept"* ]]
  not grep -qE '/(a|b|c|d)$' <<<"$files"
}

@test "neither the password nor a credential is in arguments, environments, logs or files" {
  record_programs
  ln -sf "$fixture/recorder" "$machine/bin/recorded"
  mv "$machine/bin/restic" "$machine/programs-restic"
  mkdir "$machine/real"
  cp -P "$machine_programs"/* "$machine/real/"
  mv "$machine/programs-restic" "$machine/real/restic"
  ln -s "$fixture/recorder" "$machine/bin/restic"
  machine_programs=$machine/real save >"$machine/said" 2>&1
  grep -q '^argv restic .*backup' "$machine/records/argv"
  for secret in "${secrets[@]}"; do
    not grep -qF "$secret" -r "$machine/records" "$machine/said" "$MOONBASE_ROOT"
  done
}

@test "a save while the timer's backup runs waits for it and takes one more, never two at once" {
  hold_restic
  backup 2>"$machine/first" 3>&- &
  until_true begun 1
  echo later >"$home/later"
  save >"$machine/saved" 2>"$machine/second" 3>&- &
  # The timer goes off once more meanwhile.
  run env PATH="$machine_path" timeout 20 "$scripts/devbox/backup"
  [[ $output == *backup-at-work-already* ]]
  begun 1 && not begun 2
  touch "$machine/go"
  wait
  [ "$(<"$machine/backups")" = begun$'\n'begun ]
  bare_restic ls --no-lock "$(field "$(<"$machine/saved")" id)" "$home" | grep -q /later
}

@test "saves that are asked for while one is waited for share the next one" {
  hold_restic
  backup 2>"$machine/first" 3>&- &
  until_true begun 1
  for one in 1 2 3; do save >"$machine/saved-$one" 2>"$machine/log-$one" 3>&- & done
  waiting() { (($(pgrep -fc "^bash $scripts/devbox/save" || true) == 3)) || (($(pgrep -fc "devbox/save quick" || true) >= 3)); }
  until_true waiting
  touch "$machine/go"
  wait
  [ "$(snapshots | wc -l)" -eq 2 ]
  cmp "$machine/saved-1" "$machine/saved-2"
  cmp "$machine/saved-1" "$machine/saved-3"
}

@test "the lock of a prune that has died does not keep the next box from saving" {
  save
  until is_locked; do
    bare_restic prune --max-repack-size 0 >/dev/null 2>&1 3>&- &
    pruning=$!
    until is_locked || not kill -0 "$pruning" 2>/dev/null; do :; done
    pkill -KILL --parent "$pruning" || true
    wait "$pruning" || true
  done
  run save
  [ "$status" -eq 0 ]
  [[ $output == *repository-locked* ]]
  not is_locked
}

@test "while somebody tidies the repository up, a save says so, and does not wait for long" {
  head -c 3000000 /dev/urandom >"$home/big"
  save
  # Alone with the repository for minutes, at this speed.
  bare_restic check --read-data --no-cache --limit-download 5 >"$machine/tidying" 2>&1 3>&- &
  tidying=$!
  until is_locked; do sleep 0.05; done
  run save
  pkill --parent "$tidying"
  [ "$status" -ne 0 ]
  [ "$(failure)" = "not backed up: the repository is being tidied up by somebody who must be alone with it, as retention must: it is free again in some minutes" ]
}

is_locked() {
  s3 GET "?list-type=2&prefix=devbox%2Flocks%2F" | grep -q '<Key>'
}

@test "S3 that cannot be reached is said within seconds, and the next backup is made" {
  AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 run backup
  [ "$status" -ne 0 ]
  [[ $(failure) == "not backed up: S3 cannot be reached (http://127.0.0.1:1, curl 7)" ]]
  backup
  [ "$(snapshots | wc -l)" -eq 1 ]
}

@test "a wrong password is said" {
  configure restic/password other
  run save
  [ "$status" -ne 0 ]
  [ "$(failure)" = "not backed up: the password in /devserver/restic/password does not open the repository" ]
}

@test "no repository is said, and none is made by a backup" {
  s3 DELETE devbox/config
  run save
  [ "$status" -ne 0 ]
  [[ $(failure) == "not backed up: there is no repository at s3:"* ]]
  not s3 GET devbox/config
}

@test "a clock that is off by a day is said" {
  # S3's own Date is the clock to go by.
  sed "s/EPOCHSECONDS - there/EPOCHSECONDS + 86400 - there/" "$scripts/lib/restic-errors.sh" >"$machine/shifted"
  own_bundle
  cp "$machine/shifted" "$bundle/lib/restic-errors.sh"
  MOONBASE_HOME=$bundle run save
  [ "$status" -ne 0 ]
  [[ $(failure) =~ "not backed up: the clock of this machine is off by 86"[0-9]{3}" seconds" ]]
}

@test "a full disk of the machine is said, and the history stays" {
  save
  head -c 30000000 /dev/urandom >"$home/big"
  export -f save
  mkdir -p "$machine/full"
  run unshare --mount bash -c 'mount -t tmpfs -o size=1m tmpfs "$1" && TMPDIR=$1 scripts=$MOONBASE_HOME save' bash "$machine/full"
  [ "$status" -ne 0 ]
  [ "$(failure)" = "not backed up: the disk is full" ]
  [ "$(snapshots | wc -l)" -eq 1 ]
}

@test "a home that is not restored yet, or not there any more, is not backed up" {
  rm "$state/restore"
  run save
  [ "$(failure)" = "nothing is backed up: this home is not restored yet" ]
  echo none >"$state/restore"
  # A store that was mounted and is not after a stop.
  echo instance-store >"$state/home"
  run save
  [ "$status" -ne 0 ]
  [ "$(failure)" = "nothing is backed up: the home that was restored is not there any more" ]
  [ -z "$(snapshots)" ]
}

@test "a snapshot that cannot be read back is no save" {
  own_bundle
  real=$(readlink "$machine/bin/restic")
  rm "$machine/bin/restic"
  # A restic that tells of a snapshot that it has not written.
  cat >"$machine/bin/restic" <<END
#!/usr/bin/env bash
$real "\$@" | sed 's/"snapshot_id":"......../"snapshot_id":"00000000/'
exit \${PIPESTATUS[0]}
END
  chmod +x "$machine/bin/restic"
  ln -s "$(PATH=$REAL_PATH command -v sed)" "$machine/bin/sed"
  run save
  [ "$status" -ne 0 ]
  [[ $(failure) == "the snapshot cannot be read: "* ]]
  [ ! -e "$state/backup" ]
}

@test "a file that cannot be read: a quick save says so, a whole one is none" {
  real=$(readlink "$machine/bin/restic")
  rm "$machine/bin/restic"
  cat >"$machine/bin/restic" <<END
#!/usr/bin/env bash
$real "\$@"
status=\$?
[[ " \$* " != *" backup "* ]] || { echo '{"message_type":"error","error":{"message":"read: input/output error"},"during":"archival","item":"/x"}' >&2; exit 3; }
exit \$status
END
  chmod +x "$machine/bin/restic"
  [[ $(field "$(save quick)" message) == *", 1 could not be read" ]]
  run save whole
  [ "$status" -ne 0 ]
  [[ $(failure) == "snapshot "*" misses 1 files that could not be read" ]]
}
