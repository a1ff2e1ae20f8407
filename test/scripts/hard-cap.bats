#!/usr/bin/env bats
# Promise: a machine that everybody has forgotten powers itself off at its hard cap.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "the timer is written for the hard cap in UTC, and enabled" {
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  grep -qx "OnCalendar=2099-01-02 03:04:05 UTC" "$MOONBASE_ROOT/etc/systemd/system/moonbase-hard-cap.timer"
  grep -qx "ExecStart=/usr/bin/systemctl poweroff" "$MOONBASE_ROOT/etc/systemd/system/moonbase-hard-cap.service"
  commanded "systemctl daemon-reload"
  commanded "systemctl enable --now moonbase-hard-cap.timer"
}

@test "systemd understands the units and the time" {
  invite
  run bootstrap
  units=$MOONBASE_ROOT/etc/systemd/system
  PATH=$REAL_PATH systemd-analyze verify --man=no --recursive-errors=no "$units/moonbase-hard-cap.timer" "$units/moonbase-hard-cap.service"
  PATH=$REAL_PATH systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$units/moonbase-hard-cap.timer")" |
    grep -q "Next elapse: .*2099-01-02 03:04:05 UTC"
}

@test "a cap that cannot be set fails the machine" {
  invite
  STAND_IN_FAILS=systemctl run bootstrap
  [ "$status" -ne 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 0 ]
  [[ $(phases | tail -n 1) == "failed: preparing: "* ]]
  commanded "poweroff --force"
}

@test "a machine that is kept for ever has none, but only when that is said" {
  invite hardCapAt null
  run bootstrap
  [ "$status" -eq 0 ]
  [[ $output == *no-hard-cap* ]]
  [ ! -e "$MOONBASE_ROOT/etc/systemd/system/moonbase-hard-cap.timer" ]
  not commanded "systemctl .*hard-cap.*"
}

@test "an invitation that forgets the cap is malformed" {
  invite hardCapAt null
  sed -i 's/"hardCapAt"/"hardcapat"/' "$service/parameter.json"
  run bootstrap
  [ "$status" -ne 0 ]
  [[ $output == *"field hardCapAt: expected a UTC time"* ]]
}
