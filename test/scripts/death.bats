#!/usr/bin/env bats
# Promise: a bootstrap that dies before ready reports MachineFailed with its phase, and powers off.

setup() {
  load fixture/machine.bash
  machine_setup
}

failed_with() {
  local report
  report=$(asked SendTaskFailure)
  [ "$(field "$report" taskToken)" = "$task_token" ]
  [ "$(field "$report" error)" = MachineFailed ]
  [[ $(field "$report" cause) =~ ^$1$ ]]
  [[ $(phases | tail -n 1) == "failed: "* ]]
  [ "$(times_asked SendTaskSuccess)" -eq 0 ]
  commanded "systemctl poweroff"
}

@test "a step that fails with words of its own" {
  invite user '"nobody-here"'
  run bootstrap
  [ "$status" -ne 0 ]
  failed_with "preparing: this image has no user nobody-here"
}

@test "a step that fails without a word: the line is named" {
  own_bundle
  sed -i.bak 's/^cap_runtime$/false/' "$bundle/admin/ready"
  invite
  run bootstrap
  [ "$status" -ne 0 ]
  failed_with "preparing: unexpected error at ready line [0-9]+ \\(status 1\\)"
}

@test "an error in bootstrap itself" {
  own_bundle
  sed -i.bak 's/^phase_enter preparing$/&; false/' "$bundle/bootstrap"
  invite
  run bootstrap
  [ "$status" -ne 0 ]
  failed_with "preparing: unexpected error at bootstrap line [0-9]+ \\(status 1\\)"
}

@test "an unset variable" {
  own_bundle
  sed -i.bak 's/^phase_enter preparing$/&; : "$nobody_set_this"/' "$bundle/bootstrap"
  invite
  run bootstrap
  [ "$status" -ne 0 ]
  failed_with "preparing: ended with status .*"
}

@test "a step that hangs is ended at the deadline" {
  own_bundle
  sed -i.bak 's/^cap_runtime$/sleep 60/' "$bundle/admin/ready"
  invite
  export MOONBASE_READY_DEADLINE_SECONDS=1
  run bootstrap
  [ "$status" -ne 0 ]
  failed_with "preparing: the steps before ready did not end before the deadline"
}

@test "a signal" {
  own_bundle
  sed -i.bak 's/^phase_enter preparing$/&; kill -TERM $$/' "$bundle/bootstrap"
  invite
  run bootstrap
  [ "$status" -ne 0 ]
  failed_with "preparing: ended with status 143"
}

@test "an answer to the ready step that is no JSON" {
  own_bundle
  printf '#!/usr/bin/env bash\necho hello\n' >"$bundle/admin/ready"
  invite
  run bootstrap
  [ "$status" -ne 0 ]
  failed_with "preparing: the ready step printed no JSON object"
}

@test "after ready nothing powers off: extras that die are named in the phase" {
  own_bundle
  printf '#!/usr/bin/env bash\nexit 9\n' >"$bundle/admin/extras"
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = "complete: without extras" ]
  [ "$(times_asked SendTaskFailure)" -eq 0 ]
  not commanded ".*poweroff.*"
}

@test "an unknown blueprint" {
  run bootstrap '../admin'
  [ "$status" -ne 0 ]
  commanded "systemctl poweroff"
  run bootstrap nosuch
  [ "$status" -ne 0 ]
}
