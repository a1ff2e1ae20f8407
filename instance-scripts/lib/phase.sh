# shellcheck shell=bash
# Where the machine is on its way: a tag on itself, a line in the log, and the list that the ready message carries.
# The tag is for people who look. It may fail without failing the machine.

MOONBASE_PHASE=booting
phase_list=""

# A form body; only what a tag value may hold is left, so that a message with odd characters still becomes a tag.
phase_tag() {
  local value=${1//[^A-Za-z0-9 _.:\/=+@-]/ } encoded="" character index
  value=${value:0:256}
  for ((index = 0; index < ${#value}; index++)); do
    character=${value:index:1}
    case $character in
      [A-Za-z0-9_.-]) encoded+=$character ;;
      *)
        printf -v character '%%%02X' "'$character"
        encoded+=$character
        ;;
    esac
  done
  local body="Action=CreateTags&Version=2016-11-15&ResourceId.1=$MOONBASE_INSTANCE_ID"
  body+="&Tag.1.Key=moonbase%3Aphase&Tag.1.Value=$encoded"
  MOONBASE_AWS_ATTEMPTS=2 MOONBASE_AWS_TIMEOUT_SECONDS=${MOONBASE_TAG_TIMEOUT_SECONDS:-5} aws_call ec2 "" "$body"
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
