#!/usr/bin/env bats
# Promise: what a shell would make of a field never happens.

setup() {
  load fixture/machine.bash
  machine_setup
}

setup_attack() {
  attack="\$(touch $machine/touched)\`touch $machine/touched\`;touch $machine/touched|touch $machine/touched &"
}

json() {
  PATH=$REAL_PATH python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "$1"
}

@test "in the comment of the key: it is written as it is" {
  setup_attack
  invite publicKey "$(json "${public_key% *} $attack \"'\\ *")"
  run bootstrap
  [ "$status" -eq 0 ]
  [ ! -e "$machine/touched" ]
  [ "$(<"$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys")" = "${public_key% *} $attack \"'\\ *" ]
}

@test "in the names of the toolkit: they are unknown tools" {
  setup_attack
  invite toolkit "[$(json "$attack"), $(json $'tmux\ntmux'), \"-x\", \"*\", \"\", {\"a\": \"$machine\"}, \"tmux\"]"
  run bootstrap
  [ "$status" -eq 0 ]
  [ ! -e "$machine/touched" ]
  [[ $(phases | tail -n 1) == "complete: without "* ]]
  [ -e "$MOONBASE_ROOT/etc/profile.d/moonbase-tmux.sh" ]
}

@test "in every other field: the invitation is refused" {
  setup_attack
  for name in session blueprint user hardCapAt; do
    printf '%s\n' "$task_token" >"$service/tokens"
    invite "$name" "$(json "$attack")"
    run bootstrap
    [ "$status" -ne 0 ]
    [ ! -e "$machine/touched" ]
    [[ $output == *"malformed: field $name"* ]]
  done
}

@test "in the task token: it is sent as it is" {
  token='$(touch${IFS}'"$machine"'/touched)"\`id`;&|'"'"
  printf '%s\n' "$token" >"$service/tokens"
  invite taskToken "$(json "$token")"
  run bootstrap
  [ "$status" -eq 0 ]
  [ ! -e "$machine/touched" ]
  [ "$(field "$(asked SendTaskSuccess)" taskToken)" = "$token" ]
}

@test "in a message that becomes a tag" {
  own_bundle
  printf '#!/usr/bin/env bash\nprintf "%%s" '"'"'$(touch %s)"\\&%%41<>'"'"' >"$MOONBASE_FAILURE_FILE"; exit 1\n' "$machine/touched" >"$bundle/admin/ready"
  invite
  run bootstrap
  [ "$status" -ne 0 ]
  [ ! -e "$machine/touched" ]
  [[ $(field "$(asked SendTaskFailure)" cause) == *'"\&%41<>' ]]
  [[ $(phases | tail -n 1) == "failed: preparing:   touch "* ]]
}
