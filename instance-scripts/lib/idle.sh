# shellcheck shell=bash
# What follows from it: after a while without any work the box asks for its end, and goes on asking; when somebody works
# again it asks no more.

idle_since=""
idle_asked_at=""
idle_shown=""

# idle_follow <what works, or nothing> <logged in: yes, no or unknown> <now, of a clock that is never set>
idle_follow() {
  local now=$3
  idle_show "$2"
  if [[ -n $1 ]]; then
    idle_since="" idle_asked_at="" last_resort_since=""
    idle_withdraw "$1"
    return 0
  fi
  idle_since=${idle_since:-$now}
  if ((now - idle_since < ${MOONBASE_IDLE_SECONDS:-1800})); then return 0; fi
  if [[ -z $idle_asked_at ]] || ((now - idle_asked_at >= ${MOONBASE_IDLE_REPEAT_SECONDS:-60})); then idle_ask "$now"; fi
  if last_resort_is_due "$now"; then last_resort_take "$now"; fi
}

# idle_ask <now>: with what was seen, so that whoever wonders later can read why.
idle_ask() {
  local seconds=$(($1 - idle_since))
  # Written before: a tag that was set although its reply was lost has to be withdrawn as well.
  state_write asks "$(clock_stamp)"
  if ask_for_end "idle: $activity_seen - for $seconds s"; then
    idle_asked_at=$1
    log info end-asked idle-for "$seconds seconds" saw "$activity_seen"
  else
    log warn end-not-asked error "$AWS_ERROR"
  fi
}

idle_withdraw() {
  if ! state_has asks; then return 0; fi
  if ask_for_nothing; then
    state_forget asks
    log info end-not-asked-any-more because "$1"
  else
    log warn request-not-withdrawn error "$AWS_ERROR"
  fi
}

# On the machine's tag, when it has changed: the control plane ends no machine for being idle that somebody is logged in to.
idle_show() {
  local word
  case $1 in
    yes) word=open ;;
    no) word=none ;;
    *) return 0 ;;
  esac
  if [[ $word == "$idle_shown" ]]; then return 0; fi
  if tag_itself logins "$word"; then idle_shown=$word; else log warn logins-not-shown error "$AWS_ERROR"; fi
}
