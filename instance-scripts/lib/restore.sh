# shellcheck shell=bash
# The home comes back. Whatever goes wrong leaves a home that one can log in to, and says so: nothing here ends the
# machine, because the data is safe where it is.

# restore_home <pinned, latest, none, or an id>: leaves whole, none or failed in the state, once.
restore_home() {
  local limit=${MOONBASE_RESTORE_SECONDS:-1700} status=0
  case $(state_read restore) in
    whole | none)
      log info already-restored
      return 0
      ;;
  esac
  # Half a minute is kept for what follows.
  if [[ -n ${MOONBASE_DEADLINE:-} ]]; then limit=$(($(clock_remaining) > 31 ? $(clock_remaining) - 30 : 1)); fi
  # A process of its own: its death is not the machine's.
  timeout --kill-after=5 "$limit" "$MOONBASE_HOME/devbox/restore" "$1" </dev/null >&2 || status=$?
  if ((status == 0)); then return 0; fi
  if ((status == 124 || status == 137)); then
    restore_failed "not restored: it did not end within $limit seconds"
  else
    restore_failed "$(cat "${MOONBASE_FAILURE_FILE:-/dev/null}" 2>/dev/null || true)"
  fi
}

# What came of it, for the ready message, as JSON: the control plane remembers it when the machine is gone.
restore_told() {
  local message
  message=$(state_read restore-message)
  printf '{"outcome":"%s","message":%s}' "$(state_read restore)" "$(log_string "${message:0:300}")"
}

# restore_attempt <wanted> <home>
restore_attempt() {
  local found lines snapshot baseline said
  state_forget restore
  if [[ $1 == none ]]; then
    restore_empty "$2" "an empty home was asked for"
    return 0
  fi
  repository_open
  found=$(restore_choose "$1" "$2")
  mapfile -t lines <<<"$found"
  read -r snapshot baseline <<<"${lines[0]}"
  if [[ -z $snapshot ]]; then
    restore_empty "$2" "the repository holds no home yet"
    return 0
  fi
  said=$(restic_scratch)/restore
  state_write restore-snapshot "$snapshot"
  state_write restore-config "$baseline"
  # Of the boxes before this one, for people who look.
  state_write restore-newest "${lines[1]:-}"
  log info restore-begun snapshot "$snapshot"
  # A home is worth waiting for while the repository is tidied up.
  MOONBASE_RESTIC_LOCK_WAIT=${MOONBASE_RESTIC_LOCK_WAIT:-10m} restic_do "not restored" "$said" restore "$snapshot" --target / --include "$2" --sparse --verify
  users_keep_private "$2"
  state_write restore-message "snapshot ${snapshot:0:8}"
  state_write restore whole
  log info restored snapshot "$snapshot"
}

# restore_choose <wanted> <home>: the full id and its baseline's tag, in the next line the newest backup; or nothing
# when there is none to restore.
restore_choose() {
  local wanted=$1 said status=0 found
  if [[ $wanted == pinned ]]; then
    parameter_find restic/config_snapshot_id
    wanted=${PARAMETER_VALUE:-latest}
    # A parameter cannot be empty: this is how nothing is pinned.
    if [[ $wanted == none ]]; then wanted=latest; fi
  fi
  [[ $wanted =~ ^(latest|[0-9a-f]{8,64})$ ]] || die "not restored: \"$wanted\" is no snapshot"
  said=$(restic_scratch)/snapshots
  restic_do "not restored" "$said" snapshots --no-lock
  found=$(python3 "$MOONBASE_HOME/lib/snapshots.py" "$2" "$wanted" <"$said") || status=$?
  case $status in
    0) printf '%s' "$found" ;;
    4) ;;
    65) die "not restored: $found" ;;
    *) die "not restored: the list of snapshots cannot be read" ;;
  esac
}

# restore_empty <home> <why>
restore_empty() {
  users_skeleton "$1"
  state_write restore-message "$2"
  state_write restore none
  log info restored-nothing because "$2"
}

# restore_failed <why>: what came of it so far is removed, because on a disk that is full nobody could log in. It is in
# the repository.
restore_failed() {
  local home why=${1:-not restored: restic was stopped}
  home=$(body_path /home/debian)
  if [[ -n ${MOONBASE_FAILURE_FILE:-} ]]; then rm -f "$MOONBASE_FAILURE_FILE"; fi
  log error restore-failed message "$why"
  state_write restore-message "$why"
  state_write restore failed
  find "$home" -xdev -mindepth 1 -delete || log error home-not-emptied
  users_skeleton "$home"
  body_only_machine "wall: not restored" wall <<<"Moonbase: $why. This home is empty, and nothing of it is backed up." ||
    log warn not-told
}
