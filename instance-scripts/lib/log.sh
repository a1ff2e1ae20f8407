# shellcheck shell=bash
# One JSON line for each event, on stderr. cloud-init copies stderr to the journal and to the console log, which the
# account's other users can read: a secret is never a value here.

# log_encode <text>: as a JSON string in the caller's variable `encoded`. In bash and without a subshell, because a log
# line must not cost the start of a process.
log_encode() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  text=${text//[[:cntrl:]]/ }
  encoded="\"$text\""
}

log_string() {
  local encoded
  log_encode "$1"
  printf '%s' "$encoded"
}

# log <level> <event> [<key> <value>]...
log() {
  local line encoded stamp
  clock_read
  line="{\"at\":\"$stamp\",\"level\":\"$1\""
  set -- event "$2" instance "${MOONBASE_INSTANCE_ID:-}" session "${MOONBASE_SESSION:-}" "${@:3}"
  while (($# >= 2)); do
    log_encode "$2"
    line+=",\"$1\":$encoded"
    shift 2
  done
  printf '%s}\n' "$line" >&2
}
