#!/usr/bin/env bats
# Promise: the toolkit comes after ready, tool by tool, and what is missing is named.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "every listed tool is installed, and only after the answer" {
  invite toolkit '["tmux","kubectl","podman","aws-cli"]'
  own_bundle
  # A tool that writes down what the workflow had heard when it was started.
  printf '#!/usr/bin/env bash\ncp %q %q\n' "$service/requests" "$machine/requests-then" >"$bundle/admin/toolkit/tmux"
  ln -s "$fixture/stand-in-command" "$machine/bin/podman"
  run bootstrap
  [ "$status" -eq 0 ]
  grep -q SendTaskSuccess "$machine/requests-then"
  [ "$(phases | tail -n 1)" = complete ]
  commanded "snap install --classic kubectl"
  commanded "snap install --classic aws-cli"
  # Already there: not installed again.
  not commanded ".*install podman"
}

@test "an unknown tool is said, the others are installed, and the phase names it" {
  invite toolkit '["nosuch","tmux","../ready","lib"]'
  run bootstrap
  [ "$status" -eq 0 ]
  [[ $output == *tool-unknown*nosuch* ]]
  [ -e "$MOONBASE_ROOT/etc/profile.d/moonbase-tmux.sh" ]
  [ "$(phases | tail -n 1)" = "complete: without nosuch ../ready lib" ]
}

@test "an installer that fails does not keep the next one away" {
  own_bundle
  printf '#!/usr/bin/env bash\nset -e\nfalse\n' >"$bundle/admin/toolkit/kubectl"
  invite toolkit '["kubectl","tmux"]'
  run bootstrap
  [ "$status" -eq 0 ]
  [[ $output == *tool-failed*kubectl* ]]
  [ -e "$MOONBASE_ROOT/etc/profile.d/moonbase-tmux.sh" ]
  [ "$(phases | tail -n 1)" = "complete: without kubectl" ]
}

@test "a package manager that fails is a tool that is missing" {
  own_bundle
  invite toolkit '["kubectl"]'
  STAND_IN_FAILS=snap run bootstrap
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = "complete: without kubectl" ]
}

@test "an installer that hangs is bounded" {
  own_bundle
  printf '#!/bin/sh\nexec sleep 60\n' >"$machine/bin/snap"
  chmod +x "$machine/bin/snap"
  invite toolkit '["kubectl"]'
  MOONBASE_TOOL_TIMEOUT_SECONDS=1 run bootstrap
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = "complete: without kubectl" ]
}

@test "apt is asked without questions, and waits for its lock" {
  own_bundle
  invite toolkit '["podman"]'
  run bootstrap
  commanded "apt-get .*Lock::Timeout=.* --yes install podman"
}

@test "an empty toolkit is complete" {
  invite toolkit '[]'
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = complete ]
}
