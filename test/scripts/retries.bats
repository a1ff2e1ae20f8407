#!/usr/bin/env bats
# Promise: every call is bounded in time and number, and errors are told apart by name.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "denied and missing parameters are waited for, throttling and outages retried" {
  invite
  fault GetParameter denied throttle 500 lost expired
  run bootstrap
  [ "$status" -eq 0 ]
  for name in AccessDeniedException ThrottlingException ServerError-InternalServerError Unreachable-curl-52 ExpiredTokenException; do
    [[ $output == *$name* ]]
  done
}

@test "expired credentials are asked for again" {
  invite
  fault GetParameter expired
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked Metadata)" -eq $((1 + 6 + 2)) ]
}

@test "a call that hangs ends by its timeout, and is made again" {
  invite
  fault GetParameter hang
  MOONBASE_AWS_TIMEOUT_SECONDS=1 run bootstrap
  [ "$status" -eq 0 ]
  [[ $output == *Unreachable-curl-28* ]]
}

@test "a call that hangs cannot hold the machine beyond the deadline" {
  invite
  fault GetParameter hang hang hang hang hang hang
  started=$SECONDS
  MOONBASE_AWS_TIMEOUT_SECONDS=60 MOONBASE_READY_DEADLINE_SECONDS=2 run bootstrap
  [ "$status" -ne 0 ]
  ((SECONDS - started < 10))
  commanded "systemctl poweroff"
}

@test "a name that is no passing error ends the machine at once" {
  invite
  own_bundle
  sed -i.bak 's/AmazonSSM.GetParameter/AmazonSSM.NoSuchThing/' "$bundle/lib/invitation.sh"
  run bootstrap
  [ "$status" -ne 0 ]
  [ "$(times_asked NoSuchThing)" -eq 1 ]
  [[ $(phases | tail -n 1) == "failed: booting: the machine s parameter cannot be read: UnknownOperation" ]]
}

@test "the farewell is made even when the failing tag hangs" {
  export MOONBASE_READY_DEADLINE_SECONDS=1 MOONBASE_TAG_TIMEOUT_SECONDS=1
  fault CreateTags none hang hang hang
  run bootstrap
  [ "$status" -ne 0 ]
  commanded "systemctl poweroff"
}
