# shellcheck shell=bash
# What follows from who is logged in: when the last one has been gone for a while, the machine asks for its end, again
# and again until it comes; when somebody is back, it asks no more. Machines that nobody has ever logged in to are
# left to the other endings.

logins_alone_since=""
logins_asked_at=""
logins_shown=""

# logins_follow <yes, no or unknown> <now>: one look's consequence. Now is a monotonic clock's, in seconds.
logins_follow() {
  logins_show "$1"
  case $1 in
    no) logins_alone "$2" ;;
    *) logins_somebody "$1" ;;
  esac
}

# On the machine's tag, when it has changed: the control plane ends no machine for being idle that somebody is logged in
# to. Unknown says nothing new. What was shown is not on disk: a watch that is started anew shows it once more.
logins_show() {
  local word
  case $1 in
    yes) word=open ;;
    no) word=none ;;
    *) return 0 ;;
  esac
  if [[ $word == "$logins_shown" ]]; then return 0; fi
  if tag_itself logins "$word"; then
    logins_shown=$word
  else
    log warn logins-not-shown error "$AWS_ERROR"
  fi
}

# Unknown counts as active, but it is no login.
logins_somebody() {
  logins_alone_since="" logins_asked_at=""
  if [[ $1 == yes ]] && ! state_has login; then
    log info first-login
    state_write login "$(clock_stamp)"
  fi
  if ! state_has asks; then return 0; fi
  if ask_for_nothing; then
    state_forget asks
    log info end-not-asked-any-more
  else
    log warn request-not-withdrawn error "$AWS_ERROR"
  fi
}

logins_alone() {
  local now=$1
  if ! state_has login; then return 0; fi
  logins_alone_since=${logins_alone_since:-$now}
  if ((now - logins_alone_since < ${MOONBASE_LOGOUT_GRACE_SECONDS:-120})); then return 0; fi
  if [[ -n $logins_asked_at ]] && ((now - logins_asked_at < ${MOONBASE_LOGOUT_REPEAT_SECONDS:-60})); then return 0; fi
  # Written before: a tag that was set although its reply was lost has to be withdrawn as well.
  state_write asks "$(clock_stamp)"
  if ask_for_end logged-out; then
    logins_asked_at=$now
    log info end-asked alone-for "$((now - logins_alone_since)) seconds"
  else
    log warn end-not-asked error "$AWS_ERROR"
  fi
}
