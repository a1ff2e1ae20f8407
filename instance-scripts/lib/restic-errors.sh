# shellcheck shell=bash
# What went wrong with restic, in one sentence that somebody can act on.

# restic_explain <status> <file of its complaints>
restic_explain() {
  local text
  text=$(tail -c 20000 "$2" 2>/dev/null) || text=""
  case $1 in
    10) printf 'there is no repository at %s' "$restic_repository" && return 0 ;;
    11) restic_explain_lock "$text" && return 0 ;;
    12) printf 'the password in %s does not open the repository' "$(parameter_name restic/password)" && return 0 ;;
    124 | 137) printf 'it did not end in time' && return 0 ;;
    127) printf 'this machine has no restic' && return 0 ;;
  esac
  case $text in
    *"no space left on device"*) printf 'the disk is full' ;;
    *RequestTimeTooSkewed* | *"request time and the"*) printf 'S3 refuses: the clock of this machine is off' ;;
    *"connection refused"* | *"no such host"* | *"i/o timeout"* | *"network is unreachable"* | *"no route to host"* | \
      *"connection reset"* | *"server misbehaving"* | *"deadline exceeded"* | *": EOF"*)
      printf 'S3 cannot be reached'
      ;;
    *"Access Denied"* | *AccessDenied* | *InvalidAccessKeyId*) printf 'S3 refuses: access denied' ;;
    *) printf 'restic ended with status %s: %s' "$1" "$(restic_last_words <<<"$text")" ;;
  esac
}

# restic_explain_lock <its complaints>: only who tidies up wants to be alone.
restic_explain_lock() {
  if [[ $1 == *"locked exclusively"* ]]; then
    printf 'the repository is being tidied up by somebody who must be alone with it, as retention must: it is free again in some minutes'
  else
    printf 'the repository is locked, by somebody who may be alive'
  fi
}

restic_last_words() {
  local line last=""
  while IFS= read -r line; do
    if [[ $line =~ \"message\":\"([^\"]*) ]]; then last=${BASH_REMATCH[1]}; elif [[ -n $line ]]; then last=$line; fi
  done
  printf '%s' "${last:0:300}"
}

# Asked before restic is, which would try for a quarter of an hour: does S3 answer, and is it of the same day? A
# signature is good for fifteen minutes.
restic_reach() {
  local headers date there off status=0
  headers=$(curl --disable --silent --head --connect-timeout 5 --max-time 10 "$restic_host/") || status=$?
  if ((status != 0)); then die "$1: S3 cannot be reached ($restic_host, curl $status)"; fi
  [[ $headers =~ [Dd]ate:[[:space:]]*([^$'\r\n']+) ]] || return 0
  date=${BASH_REMATCH[1]}
  there=$(python3 -c 'import email.utils, sys; print(int(email.utils.parsedate_to_datetime(sys.argv[1]).timestamp()))' "$date" 2>/dev/null) || return 0
  off=$((EPOCHSECONDS - there))
  if ((off > 840 || off < -840)); then die "$1: the clock of this machine is off by $off seconds, and S3 would refuse"; fi
}
