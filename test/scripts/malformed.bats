#!/usr/bin/env bats
# Promise: a malformed invitation fails clearly, and its values are never repeated.

setup() {
  load fixture/machine.bash
  machine_setup
}

# refused <message> [<field> <JSON value>]...
refused() {
  printf '%s\n' "$task_token" >"$service/tokens"
  local expected=$1
  shift
  invite "$@"
  run bootstrap
  [ "$status" -ne 0 ]
  [[ $output == *"the invitation is malformed: $expected"* ]]
}

@test "no JSON, and JSON that is no object" {
  for value in 'hello' '' '[1]' '"text"' '{"taskToken":'; do
    printf '%s' "$value" >"$service/parameter.json"
    run bootstrap
    [ "$status" -ne 0 ]
    [[ $output == *"the machine's parameter is not "*JSON* ]]
    [[ $(phases | tail -n 1) == "failed: booting: the invitation is malformed: "* ]]
    commanded "systemctl poweroff"
  done
}

@test "each field by its name, reported to the workflow" {
  refused "field session: expected the session in the machine's own tag" session '"another"'
  [[ $(field "$(asked SendTaskFailure)" cause) == "booting: the invitation is malformed: field session"* ]]
  refused "field blueprint: expected admin" blueprint '"devbox"'
  refused "field user: expected a login name" user '"../root"'
  refused "field user: expected a login name" user 7
  refused "field toolkit: expected a list of names" toolkit '"tmux"'
}

@test "what to restore is a word or a snapshot, and nothing that a shell or restic would act upon" {
  for value in '"newest"' '"0a1b2c3"' '"--target=/"' '"latest\nnone"' 7; do
    refused "field restore: expected pinned, latest, none or a snapshot's id" restore "$value"
  done
}

@test "the time to get ready is a number of seconds" {
  for value in 0 3601 '"1790"' 1.5 true; do
    refused "field readySeconds: expected a whole number from 1 to 3600" readySeconds "$value"
  done
}

@test "the hard cap is a time to come" {
  refused "field hardCapAt: expected a UTC time such as 2026-11-20T12:00:00Z" hardCapAt '"tomorrow"'
  refused "field hardCapAt: expected a UTC time such as 2026-11-20T12:00:00Z, or null" hardCapAt '"null"'
  refused "field hardCapAt: expected a date that exists" hardCapAt '"2099-02-30T00:00:00Z"'
  refused "field hardCapAt: expected a time in the future" hardCapAt '"2020-01-01T00:00:00Z"'
}

@test "a missing task token cannot be reported, but ends the machine" {
  refused "field taskToken: expected a task token" taskToken null
  [ "$(times_asked SendTaskFailure)" -eq 0 ]
  commanded "systemctl poweroff"
}

@test "fields that nobody knows yet are no error" {
  invite somethingNew '{"a":1}'
  run bootstrap
  [ "$status" -eq 0 ]
}

@test "which backups stay is four counts of which one keeps something, and nothing else" {
  local expected="field keep: expected whole numbers from 0 to 1000, one of them more than 0"
  for counts in '0 0 0 0' '-1 1 1 1' '1.5 1 1 1' '1001 1 1 1' '"1" 1 1 1' 'true 1 1 1' 'null 1 1 1'; do
    read -r hourly daily weekly monthly <<<"$counts"
    refused "$expected" keep "{\"keepHourly\":$hourly,\"keepDaily\":$daily,\"keepWeekly\":$weekly,\"keepMonthly\":$monthly}"
  done
  for policy in '7' '[24,14,8,12]' '{}' '{"keepDaily":1}'; do
    refused "field keep: expected an object with keepHourly, keepDaily, keepWeekly, keepMonthly, or null" keep "$policy"
  done
}
