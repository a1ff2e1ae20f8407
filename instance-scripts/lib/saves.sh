# shellcheck shell=bash
# A save as the machine does it: the blueprint's own script, once for an order, never two at a time, within a limit. What
# came of it is written down as the answer to whoever asked.

saves_child=""
saves_is_set_aside=no

# saves_carry_out <order>: in a process of its own. Whatever ends it before the result is written down, a reboot or a
# restart, has the order begun again.
saves_carry_out() {
  local extent=quick limit=${MOONBASE_SAVE_QUICK_SECONDS:-110} began status=0 work result
  trap 'saves_is_set_aside=yes; saves_stop' USR1
  exec 9>"$(state_directory)/save.lock"
  flock 9
  # Done meanwhile by an earlier run of the service, whose save outlived it.
  if state_has "$(orders_memory "$1")"; then return 0; fi
  if [[ $1 == "save end-"* ]]; then extent=whole limit=${MOONBASE_SAVE_WHOLE_SECONDS:-1050}; fi
  log info save-begun order "$1" extent "$extent"
  install -d -m 700 "$(body_path /run/moonbase)"
  work=$(mktemp -d "$(body_path /run/moonbase/save.XXXXXX)")
  export MOONBASE_FAILURE_FILE=$work/message
  began=${EPOCHREALTIME/[.,]/}
  saves_run "$extent" "$limit" "$work/said" || status=$?
  result=$(saves_judge "$1" "$limit" "$status" "$(saves_seconds_since "$began")" "$work")
  rm -rf "$work"
  state_write "$(orders_memory "$1")" "$result"
  log info save-ended order "$1" result "$result"
}

# saves_run <quick or whole> <limit in seconds> <file for what it says>: timeout itself holds the lock to the end, but
# nothing that the script may have left behind does.
saves_run() {
  local script=$MOONBASE_HOME/$MOONBASE_BLUEPRINT/save status
  if [[ ! -x $script ]]; then
    printf 'this machine has nothing to save' >"$MOONBASE_FAILURE_FILE"
    return 1
  fi
  # shellcheck disable=SC2016
  timeout --kill-after=5 "$2" bash -c 'exec "$0" "$1" 9>&-' "$script" "$1" </dev/null >"$3" &
  saves_child=$!
  if [[ $saves_is_set_aside == yes ]]; then saves_stop; fi
  # A signal ends the wait, not the child.
  while :; do
    status=0
    wait "$saves_child" || status=$?
    kill -0 "$saves_child" 2>/dev/null || return "$status"
  done
}

saves_stop() {
  if [[ -n $saves_child ]]; then kill "$saves_child" 2>/dev/null || true; fi
}

saves_seconds_since() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - $1) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# saves_judge <order> <limit> <status> <seconds> <folder>: prints the answer.
saves_judge() {
  local why="" output
  if [[ $saves_is_set_aside == yes ]]; then
    why="set aside: spot takes the machine away"
  elif (($3 == 124)) || { (($3 == 137)) && ((${4%.*} >= $2)); }; then
    why="the save did not end within $2 seconds"
  elif (($3 != 0)); then
    why=$(cat "$5/message" 2>/dev/null) || why="the save ended with status $3"
  elif output=$(python3 "$MOONBASE_HOME/lib/save.py" "$1" "$4" <"$5/said" 2>/dev/null); then
    printf '%s' "$output"
    return 0
  else
    why="the save did not say what it saved"
  fi
  printf '{"outcome":"failed","order":%s,"message":%s,"seconds":%s}' "$(log_string "$1")" "$(log_string "${why:0:1000}")" "$4"
}
