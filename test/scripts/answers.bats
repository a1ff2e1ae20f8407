#!/usr/bin/env bats
# Promise: whoever waits for a save hears of it once, whatever becomes of calls and replies, and the token stays secret.

setup() {
  load fixture/machine.bash
  load fixture/orders.bash
  orders_setup
}

teardown() {
  stop_orders
}

tokens_sent() {
  answers | cut -d ' ' -f 1
}

@test "the tag may be there before the note" {
  wants "save interruption"
  start_orders
  until_true logged save-ended
  looks_again
  leave_note "save interruption" token-1
  until_true is_answered
  [ "$(tokens_sent)" = token-1 ]
}

@test "a note for another order than the one that is done waits for its own" {
  wants "save end-1"
  leave_note "save end-2" token-2
  start_orders
  until_true logged save-ended
  looks_again
  [ "$(times_asked SendTaskSuccess)" -eq 0 ]
  wants "save end-2"
  until_true is_answered
  [ "$(answer order)" = "save end-2" ]
}

@test "an answer that is not taken is sent again at the next looks" {
  fault SendTaskSuccess throttle 500 denied
  wants "save end-1"
  leave_note "save end-1" token-1
  start_orders
  until_true is_answered
  diff <(tokens_sent) <(printf 'token-1\n%.0s' {1..4})
}

@test "a reply that is lost: unknown the second time means that the answer arrived" {
  fault SendTaskSuccess lost
  wants "save end-1"
  leave_note "save end-1" token-1
  start_orders
  until_true is_answered
  looks_again
  grep -q '"event":"answer-assumed"' "$machine/log"
  [ "$(times_asked SendTaskSuccess)" -eq 2 ]
}

@test "a reply that is lost, and a reboot in between" {
  fault SendTaskSuccess lost
  wants "save end-1"
  leave_note "save end-1" token-1
  MOONBASE_ORDERS_LOOK_SECONDS=1 start_orders
  until_true logged answer-not-taken
  stop_orders
  start_orders
  until_true is_answered
  grep -q '"event":"answer-assumed"' "$machine/log"
}

@test "a token that nobody waits with is sent once, and a newer note is looked for" {
  wants "save end-1"
  leave_note "save end-1" token-1
  : >"$service/tokens"
  start_orders
  until_true logged answer-came-too-late
  looks_again
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
  leave_note "save end-1" token-2
  until_true is_answered
  diff <(tokens_sent) <(printf 'token-%s\n' 1 2)
}

@test "whoever asks for the interrupted save again is answered with the same result, and the first token is not used again" {
  spot_notice
  leave_note "save interruption" token-1
  start_orders
  until_true is_answered
  leave_note "save interruption" token-2
  until_true logged save-answered 2
  leave_note "save interruption" token-1
  looks_again
  diff <(tokens_sent) <(printf 'token-%s\n' 1 2)
  [ "$(grep -c begun "$BOX/saves")" -eq 1 ]
}

@test "a note that is malformed, denied or not there is looked for again" {
  wants "save end-1"
  printf '{"order":"save end-1"' >"$service/note.json"
  start_orders
  until_true logged note-malformed
  fault GetParameter none none none none none none none none none denied denied
  leave_note "save end-1" token-1
  until_true is_answered
}

@test "the token and the role's credentials are in no argument, no environment, no log and no file" {
  record_programs
  ln -sf "$fixture/recorder" "$machine/bin/flock"
  saves_as '/usr/bin/env >"$BOX/environment"; printf "{\"id\":\"snapshot-1\",\"message\":\"\"}"'
  printf '%s\n' "$task_token" >"$service/tokens"
  leave_note "save end-1" "$task_token"
  wants "save end-1"
  start_orders
  until_true is_answered
  printf '{"order":"save end-1","taskToken":"%s","order' "$task_token" >"$service/note.json"
  wants "save end-2"
  until_true logged note-malformed
  grep -q "argv curl" "$machine/records/argv"
  grep -q MOONBASE_BLUEPRINT "$BOX/environment"
  for secret in "${secrets[@]}"; do
    not grep -rF -- "$secret" "$machine/records" "$machine/root" "$machine/log" "$BOX"
  done
}
