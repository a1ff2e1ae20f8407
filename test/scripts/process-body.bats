#!/usr/bin/env bats
# Promise: a process body changes nothing outside its root, and says what it leaves out.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "every left-out thing is said, and none of it is done" {
  invite toolkit '["tmux","kubectl","podman","aws-cli"]'
  MOONBASE_BODY=process run bootstrap
  [ "$status" -eq 0 ]
  [ -z "$(commands)" ]
  for what in "hard cap at 2099-01-02 03:04:05 UTC" "user ubuntu" "reload of ssh.service" \
    "service: carry out what the control plane wants" "service: ask for the session's end when the last ssh session is closed" \
    "snap install kubectl" "apt-get install podman" "apt-get install tmux" "snap install aws-cli"; do
    grep -F '"left-out"' <<<"$output" | grep -qF "\"what\":\"$what\""
  done
  diff <(phases) <(printf '%s\n' booting invited preparing ready equipping complete)
  [ "$(<"$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys")" = "$public_key" ]
}

@test "a failure exits where a machine would power off" {
  invite user 7
  MOONBASE_BODY=process run bootstrap
  [ "$status" -eq 1 ]
  [ -z "$(commands)" ]
  [[ $output == *'"what":"power off"'* ]]
  [ "$(times_asked SendTaskFailure)" -eq 1 ]
}

@test "without a root of its own it does not start" {
  # Here a broken script would write to this computer: whatever could write is a stand-in that refuses, and there is
  # no metadata service to go on with.
  for program in install mktemp mv rm mkdir chmod ssh-keygen; do
    ln -s "$fixture/stand-in-command" "$machine/bin/$program"
  done
  export STAND_IN_FAILS="install mktemp mv rm mkdir chmod ssh-keygen" AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9
  MOONBASE_BODY=process MOONBASE_ROOT="" run bootstrap
  [ "$status" -ne 0 ]
  [[ $output == *"needs MOONBASE_ROOT"* ]]
  [ -z "$(commands)" ]
  [ "$(times_asked GetParameter)" -eq 0 ]
}
