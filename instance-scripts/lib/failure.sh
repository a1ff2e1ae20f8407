# shellcheck shell=bash
# How a script ends when it cannot go on: the reason goes to the log and, through a file named by the caller, to
# whoever started the script, so that a step's own words reach the operator.

die() {
  log error died script "${0##*/}" message "$1"
  if [[ -n ${MOONBASE_FAILURE_FILE:-} ]]; then
    printf '%s' "$1" >"$MOONBASE_FAILURE_FILE"
  fi
  exit 1
}

# For the errors nobody foresaw: names the line instead of ending without a word.
failure_note_line() {
  local place="${1##*/} line $2"
  log error unexpected script "${0##*/}" place "$place" status "$3"
  if [[ -n ${MOONBASE_FAILURE_FILE:-} && ! -s $MOONBASE_FAILURE_FILE ]]; then
    printf 'unexpected error at %s (status %s)' "$place" "$3" >"$MOONBASE_FAILURE_FILE"
  fi
}

failure_watch() {
  set -o errtrace
  trap 'failure_note_line "${BASH_SOURCE[0]}" "$LINENO" "$?"' ERR
}
