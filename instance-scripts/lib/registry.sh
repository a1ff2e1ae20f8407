# shellcheck shell=bash
# The registry of devices: who may come in is what it says, and nobody else. What is on the volume is what this made of it
# before, on whatever machine. A look that fails changes nothing.

# registry_read: every page, in registry_devices, a line a device. Returns 1 when AWS did not answer.
registry_read() {
  local token="" body lines
  registry_devices=()
  while :; do
    body="{\"Path\":\"/$MOONBASE_STAGE/backup-target/devices\"${token:+,\"NextToken\":$(log_string "$token")}}"
    aws_call ssm AmazonSSM.GetParametersByPath "$body" || return 1
    mapfile -t lines < <(printf '%s' "$AWS_REPLY" | python3 -I "$MOONBASE_HOME/lib/registry.py" read)
    # Malformed, it prints nothing at all.
    if ((${#lines[@]} == 0)); then die "the registry of devices is malformed: nobody was let in or shut out"; fi
    registry_devices+=("${lines[@]:1}")
    token=${lines[0]}
    if [[ -z $token ]]; then return 0; fi
  done
}

# registry_apply: one that cannot be let in does not keep the others out. Returns 1 when something could not be done.
registry_apply() {
  local line name append_only quota key listed failed=0
  local -A wanted=()
  for line in "${registry_devices[@]}"; do
    read -r name append_only quota key <<<"$line"
    if [[ $key == - ]]; then continue; fi
    wanted[$name]=yes
    registry_let_in "$name" "$append_only" "$quota" "$key" || failed=1
  done
  listed=$("$MOONBASE_HOME/backup-target/device-list" --json) || return 1
  while read -r name; do
    if [[ -n $name && -z ${wanted[$name]:-} ]]; then registry_shut_out "$name" || failed=1; fi
  done < <(printf '%s' "$listed" | python3 -I -c 'import json, sys
for one in json.load(sys.stdin):
    if one["registered"]: print(one["name"])')
  registry_tell "$listed" || failed=1
  return "$failed"
}

# registry_let_in <name> <yes or no> <quota or -> <key>: when it is not so already.
registry_let_in() {
  local options=() line="$*"
  if [[ $(state_read "device-$1") == "$line" ]]; then return 0; fi
  if [[ $2 == yes ]]; then options+=(--append-only); fi
  if [[ $3 != - ]]; then options+=(--quota "$3"); fi
  "$MOONBASE_HOME/backup-target/device-add" "$1" "${options[@]}" <<<"$4" >&2 || {
    log error device-not-added device "$1"
    return 1
  }
  state_write "device-$1" "$line"
  log info device-let-in device "$1"
}

registry_shut_out() {
  state_forget "device-$1"
  "$MOONBASE_HOME/backup-target/device-remove" "$1" >&2 || {
    log error device-not-removed device "$1"
    return 1
  }
  log info device-shut-out device "$1"
}

# registry_tell <what device-list prints>: what has changed since it was told.
registry_tell() {
  local name facts body failed=0
  while read -r name facts; do
    if [[ -z $name || $(state_read "seen-$name") == "$facts" ]]; then continue; fi
    body="{\"Name\":\"/$MOONBASE_STAGE/backup-target/seen/$name\",\"Type\":\"String\",\"Overwrite\":true,\"Value\":$(log_string "$facts")}"
    if aws_call ssm AmazonSSM.PutParameter "$body"; then
      state_write "seen-$name" "$facts"
    else
      log warn device-not-told device "$name" error "$AWS_ERROR"
      failed=1
    fi
  done < <(printf '%s' "$1" | python3 -I "$MOONBASE_HOME/lib/registry.py" seen)
  return "$failed"
}
