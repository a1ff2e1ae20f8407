# shellcheck shell=bash
# What counts as work on a devbox. Each signal is enough, and one that cannot be read counts as work: the hard cap bounds
# that.

activity_bytes_before=""
activity_bytes=""
activity_load_now=""

# Leaves in activity_why what somebody or something is doing, or nothing; in activity_login yes, no or unknown; in
# activity_seen the signs of a box on which nobody works.
activity_look() {
  local root=${MOONBASE_PROC:-/proc}
  activity_why="" activity_seen=""
  activity_login=$(activity_logins)
  # The counter has to be read at each look, or the next would see the bytes of two.
  activity_network "$root"
  if [[ $activity_login == yes ]]; then
    activity_why="somebody is logged in"
  elif [[ $activity_login == unknown ]]; then
    activity_why="nobody can tell who is logged in"
  elif activity_on_terminals; then
    activity_why="somebody types"
  elif activity_load "$root"; then
    activity_why="load"
  elif [[ $activity_traffic != no ]]; then
    activity_why="network"
  elif ! (flock --nonblock 7) 7>"$(state_directory)/backup.lock"; then
    activity_why="a backup"
  else
    # For the script that asks.
    # shellcheck disable=SC2034
    activity_seen="no login - no typing - load $activity_load_now - $activity_bytes bytes since the last look - no backup"
  fi
}

activity_logins() {
  local status=0
  pgrep --euid "$MOONBASE_USER" --exact 'sshd(-session)?' >/dev/null || status=$?
  # Whoever comes by Tailscale SSH or over the console has no process of sshd's, but is in the list of logins.
  if ((status == 1)) && [[ -n $(who 2>/dev/null || printf unknown) ]]; then status=0; fi
  case $status in
    0) printf yes ;;
    1) printf no ;;
    *) printf unknown ;;
  esac
}

# Also without ssh: Session Manager, and tmux that goes on. A terminal's file is touched by each key and each word on it.
activity_on_terminals() {
  local found
  found=$(find "$(body_path /dev/pts)" -maxdepth 1 -name '[0-9]*' -mmin -"${MOONBASE_IDLE_TERMINAL_MINUTES:-10}" 2>/dev/null)
  [[ -n $found ]]
}

# In hundredths, because bash has no fractions.
activity_load() {
  local load
  read -r _ load _ <"$1/loadavg" || return 0
  activity_load_now=$load
  [[ $load =~ ^([0-9]+)\.([0-9]{2})$ ]] || return 0
  ((10#${BASH_REMATCH[1]}${BASH_REMATCH[2]} > ${MOONBASE_IDLE_LOAD_HUNDREDTHS:-30}))
}

# Bytes in both directions since the last look, over all interfaces but the loopback. The first look knows nothing yet.
activity_network() {
  local line bytes=0 fields
  activity_traffic=unknown
  while IFS= read -r line; do
    if [[ $line != *:* || $line =~ ^[[:space:]]*lo: ]]; then continue; fi
    read -ra fields <<<"${line#*:}"
    bytes=$((bytes + fields[0] + fields[8]))
  done <"$1/net/dev"
  if [[ -n $activity_bytes_before ]]; then
    activity_traffic=no activity_bytes=$((bytes - activity_bytes_before))
    if ((activity_bytes > ${MOONBASE_IDLE_BYTES:-300000})); then activity_traffic=yes; fi
  fi
  activity_bytes_before=$bytes
}
