#!/usr/bin/env bats
# Promise: no secret is ever in a program's arguments, in its environment, in a log or in a file.

setup() {
  load fixture/machine.bash
  machine_setup
  record_programs
}

nowhere() {
  local secret
  for secret in "${secrets[@]}"; do
    not grep -rF -- "$secret" "$machine/records" "$machine/root" "$machine/log" || return 1
  done
}

@test "on the way to complete" {
  invite toolkit '["tmux","kubectl","podman","aws-cli"]'
  bootstrap >"$machine/log" 2>&1
  grep -q "argv curl" "$machine/records/argv"
  grep -q "argv python3" "$machine/records/argv"
  nowhere
}

@test "from the stub on" {
  tar --create --gzip --file "$service/bundle" --directory "$scripts" .
  invite
  MOONBASE_BUNDLE_BUCKET=b MOONBASE_BUNDLE_KEY=k MOONBASE_BLUEPRINT=admin \
    MOONBASE_BUNDLE_SHA256=$(sha256sum "$service/bundle" | cut -d ' ' -f 1) \
    PATH=$machine_path bash "$scripts/user-data.sh" >"$machine/log" 2>&1
  [ "$(phases | tail -n 1)" = complete ]
  nowhere
}

@test "when everything is refused" {
  invite
  : >"$service/tokens"
  export MOONBASE_READY_DEADLINE_SECONDS=1
  not bootstrap >"$machine/log" 2>&1
  [ "$(times_asked SendTaskFailure)" -ge 1 ]
  nowhere
}

@test "when the parameter is malformed" {
  printf '{"taskToken":"%s","session"' "$task_token" >"$service/parameter.json"
  not bootstrap >"$machine/log" 2>&1
  nowhere
  invite user '"$(stand-in-TASK-token)"'
  not bootstrap >"$machine/log" 2>&1
  nowhere
  not grep -F stand-in-TASK-token <(asked CreateTags)
}

@test "a curl configuration of the machine's user is not read" {
  printf 'write-out = "curlrc was read"\ntrace = "%s"\n' "$machine/trace" >"$machine/.curlrc"
  invite
  HOME=$machine bootstrap >"$machine/log" 2>&1
  [ ! -e "$machine/trace" ]
}
