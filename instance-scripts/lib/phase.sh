# shellcheck shell=bash
# Where the machine is on its way: a tag on itself, a line in the log, and the list that the ready message carries.
# The tag is for people who look. It may fail without failing the machine.

MOONBASE_PHASE=booting
phase_list=""

phase_tag() {
  tag_itself phase "$1"
}

# The ready message lists ready itself, before it is accepted.
phase_foresee() {
  local entry
  entry="{\"name\":\"$1\",\"at\":\"$(clock_stamp)\"}"
  phase_list+=${phase_list:+,}$entry
}

# phase_show <what follows the name>: the current phase on the tag.
phase_show() {
  log info phase phase "$MOONBASE_PHASE" note "${1:-}"
  phase_tag "$MOONBASE_PHASE${1:+: $1}" || log warn phase-not-tagged phase "$MOONBASE_PHASE" error "$AWS_ERROR"
}

phase_enter() {
  phase_foresee "$1"
  MOONBASE_PHASE=$1
  phase_show "${2:-}"
}
