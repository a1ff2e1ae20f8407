#!/usr/bin/env bats
# Promise: a second run does nothing twice, and never ends a machine that was ready.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "the same token is answered once, and extras run once" {
  own_bundle
  printf '#!/usr/bin/env bash\necho again >>%q\n' "$machine/installed" >"$bundle/admin/toolkit/tmux"
  invite
  bootstrap
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
  [ "$(wc -l <"$machine/installed")" -eq 1 ]
  [ "$(phases | tail -n 1)" = complete ]
}

@test "a parameter that is gone meanwhile is no failure" {
  invite
  bootstrap
  rm "$service/parameter.json"
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
  not commanded ".*poweroff.*"
}

@test "extras that were missing are tried again, from what the first boot was told" {
  own_bundle
  printf '#!/usr/bin/env bash\n[[ -e %q ]]\n' "$machine/repaired" >"$bundle/admin/toolkit/kubectl"
  invite toolkit '["kubectl"]'
  bootstrap
  [ "$(phases | tail -n 1)" = "complete: without kubectl" ]
  touch "$machine/repaired"
  rm "$service/parameter.json"
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = complete ]
}

@test "a new token is answered" {
  invite
  bootstrap
  printf 'new-token\n' >"$service/tokens"
  invite taskToken '"new-token"'
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(field "$(asked SendTaskSuccess | tail -n 1)" taskToken)" = new-token ]
}

@test "a run that ended between the answer and its reply does not end the machine" {
  invite
  fault SendTaskSuccess lost
  MOONBASE_AWS_ATTEMPTS=1 MOONBASE_POLL_SECONDS=3 PATH=$machine_path "$scripts/bootstrap" admin 2>"$machine/log" 3>&- &
  first=$!
  until grep -q answer-refused "$machine/log"; do sleep 0.02; done
  kill -KILL "$first"
  wait "$first" || true
  [[ $(<"$MOONBASE_ROOT/var/lib/moonbase/$instance/answer") == "sent "* ]]
  not grep -rF stand-in-TASK-token "$MOONBASE_ROOT"
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = complete ]
  not commanded ".*poweroff.*"
}

@test "what one instance remembers does not count for another made from its image" {
  invite
  bootstrap
  mv "$MOONBASE_ROOT/var/lib/moonbase/$instance" "$MOONBASE_ROOT/var/lib/moonbase/i-00000000000000000"
  printf 'new-token\n' >"$service/tokens"
  invite taskToken '"new-token"'
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 2 ]
}
