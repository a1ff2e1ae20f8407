#!/usr/bin/env bats
# Promise: a task token that is refused is read again until the deadline.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "a token that is replaced meanwhile succeeds" {
  invite
  printf 'new-token\n' >"$service/tokens"
  (
    once_asked SendTaskSuccess
    invite taskToken '"new-token"'
  ) 3>&- &
  run bootstrap
  [ "$status" -eq 0 ]
  [[ $output == *InvalidToken* ]]
  [ "$(field "$(asked SendTaskSuccess | tail -n 1)" taskToken)" = new-token ]
  [ "$(phases | tail -n 1)" = complete ]
}

@test "what came with the new token is used: another key is authorised" {
  invite
  printf 'new-token\n' >"$service/tokens"
  other="${public_key% *} someone-else"
  (
    once_asked SendTaskSuccess
    invite taskToken '"new-token"' publicKey "\"$other\""
  ) 3>&- &
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(<"$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys")" = "$other" ]
}

@test "a token that stays invalid: the machine gives up at the deadline" {
  invite
  : >"$service/tokens"
  export MOONBASE_READY_DEADLINE_SECONDS=5
  run bootstrap
  [ "$status" -ne 0 ]
  [ "$(times_asked SendTaskSuccess)" -ge 2 ]
  [ "$(times_asked GetParameter)" -ge 2 ]
  [[ $(phases | tail -n 1) == "failed: preparing: the answer was refused until the deadline: InvalidToken" ]]
  not grep -qx -e ready -e complete <(phases)
  commanded "systemctl poweroff"
}

@test "an answer that is refused for good ends the machine at once" {
  invite
  fault SendTaskSuccess denied
  run bootstrap
  [ "$status" -ne 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
  [[ $(phases | tail -n 1) == *AccessDeniedException ]]
  [[ $(field "$(asked SendTaskFailure)" cause) == "preparing: the answer was refused: AccessDeniedException" ]]
}

@test "a reply that is lost does not end a machine that the workflow has heard" {
  invite
  fault SendTaskSuccess lost
  run bootstrap
  [ "$status" -eq 0 ]
  [[ $output == *answer-assumed*TaskTimedOut* ]]
  [ "$(phases | tail -n 1)" = complete ]
  not commanded ".*poweroff.*"
}

@test "throttled and failing calls are tried again" {
  invite
  fault SendTaskSuccess throttle 500
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 3 ]
}
