# shellcheck shell=bash
# A backup of the home: one function and one lock for the timer and for orders, so that there are never two.

# Boxes come and go; the snapshots of all of them are one history.
backup_host=devbox

# Dies unless what is in the home is all of it: a half-restored one would hide the good history.
backup_permitted() {
  local restored
  restored=$(state_read restore)
  case $restored in
    whole | none) home_is_in_place || die "nothing is backed up: the home that was restored is not there any more" ;;
    failed) die "nothing is backed up: this home was not restored ($(state_read restore-message))" ;;
    *) die "nothing is backed up: this home is not restored yet" ;;
  esac
}

# backup_take <quick or whole>: prints the snapshot as JSON. One that began after this was asked for is as good as an
# own one; one that began before misses what came since, so it ends and another follows.
backup_take() {
  local asked=${EPOCHREALTIME/[.,]/} began=${EPOCHREALTIME/[.,]/} known
  backup_permitted
  backup_lock 8 wait
  known=$(state_read backup-began)
  if [[ $known =~ ^[0-9]+$ ]] && ((known >= asked)); then
    log info backup-shared
  else
    began=${EPOCHREALTIME/[.,]/}
    backup_run "$1" "$began"
  fi
  state_read backup
}

# backup_lock <file descriptor> <wait or try>: until this process and all that it starts have ended. Returns 1 when
# another has it.
backup_lock() {
  local options=()
  if [[ $2 == try ]]; then options=(--nonblock); fi
  eval "exec $1>\"\$(state_directory)/backup.lock\""
  flock "${options[@]}" "$1"
}

# backup_run <quick, regular or whole> <when it began, in microseconds>
backup_run() {
  local home said status=0 options=() summary facts id seconds
  home=$(body_path /home/debian)
  said=$(restic_scratch)/backup
  restic_open
  restic_reach "not backed up"
  # Scanning first only foretells how long it takes.
  if [[ $1 != whole ]]; then options=(--no-scan --read-concurrency 4); fi
  # A restore gives all files new inodes: the first backup after it reads them all, and two minutes are not enough for it.
  if [[ $1 == quick ]] && ! state_has backup; then options+=(--ignore-inode --ignore-ctime); fi
  : >"$said.began"
  restic_do "not backed up" "$said" backup --tag data --host "$backup_host" --one-file-system --exclude-caches \
    --exclude-file "$MOONBASE_HOME/lib/devbox-excludes.txt" "${options[@]}" "$home" || status=$?
  if ((status != 0 && status != 3)); then exit "$status"; fi
  summary=$(python3 -IS "$MOONBASE_HOME/lib/backup.py" "$said" "$said.errors") || die "restic named no snapshot"
  mapfile -t facts <<<"$summary"
  id=${facts[0]}
  backup_verify "$1" "$home" "$id" "$said" "${facts[3]}"
  seconds=$(((${EPOCHREALTIME/[.,]/} - $2) / 100000))
  if ((facts[2] > 0)); then
    log error backup-incomplete snapshot "$id" unread "${facts[2]}"
    # A quick one is better than none. A whole one may be the last that there is of this machine.
    if [[ $1 == whole ]]; then die "snapshot ${id:0:8} misses ${facts[2]} files that could not be read"; fi
    facts[1]+=", ${facts[2]} could not be read"
  fi
  backup_remember "$id" "${facts[1]}" "$2" "$((seconds / 10)).$((seconds % 10))"
}

# backup_verify <extent> <home> <id> <file> <how many trees are new>: the snapshot is in S3, and its root can be read from
# there. For a whole one restic itself has the last word, and where nobody else can tell.
backup_verify() {
  if [[ $1 != whole ]] && snapshot_is_whole "$3" "$5" "$4.began"; then return 0; fi
  restic_do "the snapshot cannot be read" "$4.verify" ls --no-lock --no-cache "$3" "$2"
  grep -q "\"id\":\"$3\"" "$4.verify" || die "the snapshot ${3:0:8} is not listed"
  grep -qF "\"path\":$(log_string "$2")" "$4.verify" || die "the snapshot ${3:0:8} does not hold $2"
}

# backup_remember <id> <in words> <began> <seconds>
backup_remember() {
  state_write backup "{\"id\":\"$1\",\"message\":$(log_string "$2")}"
  state_write backup-line "$(clock_stamp) ${1:0:8} in $4 s"
  state_write backup-began "$3"
  log info backup-taken snapshot "$1" what "$2" seconds "$4"
  # Beside whatever comes next: in the last two minutes nobody waits for EC2. It holds no lock, and nobody's output.
  backup_tag "${1:0:8} $(clock_stamp)" 8>&- >/dev/null &
}

# backup_tag <text>: for people who look; the backup is as good without it.
backup_tag() {
  tag_itself saved "$1" || log warn backup-not-tagged error "$AWS_ERROR"
  if state_has backup-failed && tag_itself unsaved nothing; then state_forget backup-failed; fi
}

# backup_failed <why>: the first reason stays, with its time, until a backup is taken; so whoever tells of it tells it once.
backup_failed() {
  if ! state_has backup-failed; then state_write backup-failed "$(clock_stamp) $1"; fi
  tag_itself unsaved "$(state_read backup-failed)" || log warn failure-not-tagged error "$AWS_ERROR"
}
