#!/usr/bin/env bats
# Promise: what the control plane wants of a machine is done once, whatever comes between, and whoever waits hears of it.

setup() {
  load fixture/machine.bash
  load fixture/orders.bash
  orders_setup
}

teardown() {
  stop_orders
}

saves() {
  cat "$BOX/saves"
}

# Something that a save has started is still there.
sleeps() {
  pgrep --session "$listener" --full "sleep 60"
}

@test "before the end all is saved, and the answer says what" {
  leave_note "save end-3" token-1
  wants "save end-3"
  start_orders
  until_true is_answered
  diff <(saves) <(printf 'whole %s\n' begun ended)
  [[ $(answers) == "token-1 "* ]]
  python3 - "$(answers | cut -d ' ' -f 2-)" <<'END'
import json, sys
answer = json.loads(sys.argv[1])
seconds = answer.pop("seconds")
assert isinstance(seconds, float) and 0 <= seconds < 20, seconds
assert answer == {"outcome": "saved", "order": "save end-3", "id": "snapshot-1", "message": "12 files"}, answer
END
  grep -q '"target":"AWSStepFunctions.SendTaskSuccess".*"wrong":null' "$service/requests"
}

@test "an interruption and an early save are quick ones, and nobody is asked who waits for the early one" {
  wants "save early-2026-11-20T12:00:00Z"
  start_orders
  until_true logged save-ended
  looks_again 3
  diff <(saves) <(printf 'quick %s\n' begun ended)
  [ "$(times_asked GetParameter)" -eq 0 ]
  leave_note "save interruption" token-1
  wants "save interruption"
  until_true is_answered
  diff <(saves) <(printf 'quick %s\n' begun ended begun ended)
}

@test "a save that somebody asks for is a quick one, answered through a note of its own" {
  leave_note "save now-2026-11-20T12:00:00.000Z" token-1 backup-note.json
  leave_note "save end-1" token-2
  wants "save now-2026-11-20T12:00:00.000Z"
  start_orders
  until_true is_answered
  diff <(saves) <(printf 'quick %s\n' begun ended)
  [[ $(answers) == "token-1 "* ]]
  [ "$(answer order)" = "save now-2026-11-20T12:00:00.000Z" ]
  wants "save end-1"
  until_true logged save-answered 2
  diff <(saves) <(printf '%s\n' "quick "{begun,ended} "whole "{begun,ended})
  [[ $(answers | tail -n 1) == "token-2 "* ]]
}

@test "the same words a second time are the same order, also after a restart" {
  leave_note "save end-3" token-1
  wants "save end-3"
  start_orders
  until_true is_answered
  looks_again
  stop_orders
  start_orders
  looks_again
  wants nothing
  looks_again
  wants "save end-3"
  looks_again
  [ "$(saves | grep -c begun)" -eq 1 ]
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
}

@test "spot's own notice and the tag are one order, whichever comes first" {
  spot_notice
  start_orders
  until_true logged save-ended
  wants "save interruption"
  leave_note "save interruption" token-1
  until_true is_answered
  looks_again
  diff <(saves) <(printf 'quick %s\n' begun ended)
}

@test "an order that was begun and not finished is begun again" {
  saves_as 'sleep 60'
  wants "save end-1"
  start_orders
  until_true has_begun whole
  stop_orders
  saves_as 'printf "{\"id\":\"snapshot-2\",\"message\":\"\"}"'
  leave_note "save end-1" token-1
  start_orders
  until_true is_answered
  diff <(saves) <(printf 'whole %s\n' begun begun ended)
  [ "$(answer id)" = snapshot-2 ]
}

@test "a service that is started anew waits for the save that outlived it, and does not begin another" {
  saves_as 'until [[ -e $BOX/go ]]; do sleep 0.02; done; printf "{\"id\":\"snapshot-1\",\"message\":\"\"}"'
  wants "save end-1"
  start_orders
  until_true has_begun whole
  first=$listener
  kill -KILL "$listener"
  start_orders
  looks_again 3
  touch "$BOX/go"
  until_true logged save-ended
  looks_again
  pkill -KILL --session "$first" || true
  diff <(saves) <(printf 'whole %s\n' begun ended)
}

@test "spot does not wait for a whole save: it makes way for the quick one, and nothing else is begun after that" {
  saves_as 'if [[ $1 == whole ]]; then sleep 60; fi; printf "{\"id\":\"snapshot-1\",\"message\":\"\"}"'
  wants "save end-1"
  start_orders
  until_true sleeps
  spot_notice
  leave_note "save end-1" token-1
  until_true is_answered
  [ "$(answer message)" = "set aside: spot takes the machine away" ]
  wants "save end-2"
  leave_note "save interruption" token-2
  until_true logged save-answered 2
  [ "$(answer outcome)" = saved ]
  looks_again
  diff <(saves) <(printf '%s\n' "whole begun" "quick begun" "quick ended")
  not sleeps
}

@test "a quick save under way does not make way" {
  saves_as 'until [[ -e $BOX/go ]]; do sleep 0.02; done; printf "{\"id\":\"snapshot-1\",\"message\":\"\"}"'
  wants "save early-1"
  start_orders
  until_true has_begun quick
  spot_notice
  looks_again
  touch "$BOX/go"
  until_true logged save-ended 2
  diff <(saves) <(printf 'quick %s\n' begun ended begun ended)
}

@test "a save that hangs is killed with all it started, and reported" {
  saves_as 'trap "" TERM; sleep 60 & wait; sleep 60'
  wants "save interruption"
  leave_note "save interruption" token-1
  MOONBASE_SAVE_QUICK_SECONDS=1 start_orders
  until_true is_answered
  [ "$(answer outcome)" = failed ]
  [ "$(answer message)" = "the save did not end within 1 seconds" ]
  not sleeps
}

@test "a save that fails is reported in its own words" {
  saves_as 'die "the disk is full"'
  wants "save end-1"
  leave_note "save end-1" token-1
  start_orders
  until_true is_answered
  [ "$(answer outcome) $(answer order)" = "failed save end-1" ]
  [ "$(answer message)" = "the disk is full" ]
}

@test "what a save left running does not keep the next one waiting" {
  saves_as 'sleep 60 & disown; printf "{\"id\":\"snapshot-1\",\"message\":\"\"}"'
  wants "save end-1"
  start_orders
  until_true logged save-ended
  wants "save end-2"
  until_true logged save-ended 2
}

@test "a save without a result, or with one that is not its shape, has failed" {
  orders=0
  start_orders
  for said in '' 'all is well' '{"id":7,"message":""}' '{"message":"no id"}' '{"id":"a b","message":""}' '[]'; do
    saves_as "printf '%s' '$said'"
    orders=$((orders + 1))
    leave_note "save end-$orders" "token-$orders"
    wants "save end-$orders"
    until_true logged save-answered "$orders"
    [ "$(answer outcome) $(answer message)" = "failed the save did not say what it saved" ]
  done
}

@test "a blueprint without a save says so" {
  rm "$bundle/box/save"
  wants "save end-1"
  leave_note "save end-1" token-1
  start_orders
  until_true is_answered
  [ "$(answer outcome) $(answer message)" = "failed this machine has nothing to save" ]
}

@test "what is no order is not carried out, and said once" {
  wants 'save $(touch '"$machine/touched"')'
  start_orders
  until_true logged order-not-understood
  wants "save end-1; true"
  until_true logged order-not-understood 2
  looks_again 3
  [ "$(grep -c order-not-understood "$machine/log")" -eq 2 ]
  [ ! -s "$BOX/saves" ]
  [ ! -e "$machine/touched" ]
}

@test "a metadata service that is silent says nothing: it is asked again, with a new token" {
  start_orders
  until_true looked_since 1
  fault Metadata none none none none none none 500 500 500 500 500
  wants "save end-1"
  until_true logged save-ended
  wants nothing
  AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9 MOONBASE_METADATA_ATTEMPTS=1 run "$bundle/orders"
  [ "$status" -eq 1 ]
}

@test "the service is enabled for every blueprint before the machine is ready, and systemd understands it" {
  invite
  printf '%s\n' "$task_token" >"$service/tokens"
  run bootstrap
  [ "$status" -eq 0 ]
  commanded "systemctl enable --now moonbase-orders.service"
  unit=$MOONBASE_ROOT/etc/systemd/system/moonbase-orders.service
  grep -qx "ExecStart=$bundle/orders" "$unit"
  grep -qx "Environment=MOONBASE_BLUEPRINT=admin" "$unit"
  PATH=$REAL_PATH systemd-analyze verify --man=no --recursive-errors=no "$unit"
}

@test "a machine that cannot follow orders is not ready" {
  invite
  printf '%s\n' "$task_token" >"$service/tokens"
  printf '#!/usr/bin/env bash\n[[ $* != *orders* ]]\n' >"$machine/bin/systemctl"
  chmod +x "$machine/bin/systemctl"
  run bootstrap
  [ "$status" -ne 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 0 ]
}
