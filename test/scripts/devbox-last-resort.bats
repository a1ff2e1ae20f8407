#!/usr/bin/env bats
# Promise: an idle box that nobody answers saves what it holds and ends itself; one that is answered, is in use or cannot
# save stays up.

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
  load fixture/idle.bash
  devbox_setup
  lib repository_open
  restore none
  echo work >"$home/work"
  quiet_computer
  export MOONBASE_LAST_RESORT_SECONDS=100
  # As the unit has it.
  unset MOONBASE_FAILURE_FILE
}

teardown() {
  stop_watching
}

# told <tag> <value>: what the control plane has set on the machine.
told() {
  PATH=$REAL_PATH python3 - "$service/metadata.json" "$@" <<'END'
import json, os, sys
file, tag, value = sys.argv[1:]
with open(file + ".new", "w") as new:
    json.dump({"tags/instance/moonbase:" + tag: value}, new)
os.rename(file + ".new", file)
END
}

# The watch runs, and the box has asked at second 103.
asks_at_103() {
  watch_idle
  has_idled 103
  until_true asks idle
}

off() {
  commanded "systemctl poweroff"
}

@test "nobody answers: it is saved, says so, and powers itself off" {
  asks_at_103
  has_idled 200
  not off
  [ -z "$(snapshots)" ]
  has_idled 210
  until_true off
  [ "$(snapshots | wc -l)" -eq 1 ]
  logged last-resort
  logged machine-ends-itself
  asked CreateTags | grep -q "phase&Tag.1.Value=ended%20itself"
}

@test "an order to save before the end is an answer" {
  asks_at_103
  told wants "save end-1"
  has_idled 210
  has_idled 999
  not off
}

@test "a hold is an answer for as long as it lasts" {
  told heard "held until 2099-01-02T03:04:05.678Z"
  asks_at_103
  has_idled 210
  has_idled 999
  not off
  told heard "held until 2020-01-02T03:04:05.678Z"
  has_idled 1000
  has_idled 1090
  not off
  has_idled 1110
  until_true off
}

@test "a backup that was asked for beside is no answer" {
  told wants "save now-1"
  asks_at_103
  has_idled 210
  until_true off
}

@test "what cannot be saved is not lost: the box stays up and tries again" {
  configure restic/password "another one"
  asks_at_103
  has_idled 210
  until_true logged last-resort-not-taken
  not off
  configure restic/password "stand+in PASSWORD of the repository"
  has_idled 280
  not off
  has_idled 320
  until_true off
}

@test "whoever comes while it is saved keeps it" {
  real=$(readlink "$machine/bin/restic")
  rm "$machine/bin/restic"
  printf '#!/usr/bin/env bash\nif [[ " $* " == *" backup "* ]]; then echo 1 >%s; fi\nexec %s "$@"\n' "$machine/somebody" "$real" >"$machine/bin/restic"
  chmod +x "$machine/bin/restic"
  asks_at_103
  has_idled 210
  until_true logged last-resort-not-taken
  grep -q "somebody is logged in" "$machine/log"
  not off
}
