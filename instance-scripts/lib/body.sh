# shellcheck shell=bash
# The one place for what MOONBASE_BODY=process leaves out. A process body is an ordinary process that stands for a
# machine: it may write below MOONBASE_ROOT and nothing else, so whatever would change the computer it runs on goes
# through body_only_machine, and is said instead of done.

body_is_process() {
  [[ ${MOONBASE_BODY:-machine} == process ]]
}

# body_only_machine <what it is for> <command> [<argument>]...
body_only_machine() {
  local purpose=$1
  shift
  if body_is_process; then
    log info left-out what "$purpose" because "the body is a process"
    return 0
  fi
  "$@"
}

body_check() {
  if body_is_process && [[ -z ${MOONBASE_ROOT:-} ]]; then
    die "a process body needs MOONBASE_ROOT, or it would write to the computer it runs on"
  fi
}

# Everything the scripts write is below this prefix.
body_path() {
  printf '%s%s' "${MOONBASE_ROOT:-}" "$1"
}

body_home_of() {
  local user=$1 entry
  if body_is_process; then
    log info left-out what "user $user" because "the body is a process"
    body_path "/home/$user"
    return 0
  fi
  entry=$(getent passwd "$user") || die "this image has no user $user"
  body_path "$(cut -d: -f6 <<<"$entry")"
}

# InstanceInitiatedShutdownBehavior makes this the end of the machine. The caller exits afterwards in either body.
body_power_off() {
  body_only_machine "power off" systemctl poweroff ||
    body_only_machine "power off by force" poweroff --force ||
    log error power-off-failed
}
