# shellcheck shell=bash
# How the control plane hears what came of a save: it leaves the machine a note with an order and a task token, and the
# machine answers the token with that order's result. A token is answered once.

# answers_give <order that is wanted>: looks for a note when there is something to answer. Nobody waits for an early save.
answers_give() {
  if [[ $1 == "save early-"* ]] || ! state_has "$(orders_memory "$1")"; then return 0; fi
  # Whoever takes an interrupted session over asks for the same order again: there may always be another note.
  if [[ $1 != "$orders_interruption" ]] && state_has "$(orders_memory "$1").answered"; then return 0; fi
  if answers_read "$1"; then answers_send; fi
}

# answers_read <order that is wanted>: the note's order in answers_order and its token in answers_token; returns 1 when
# there is none. One attempt: there is another look in two seconds, and what spot says must not wait for this.
answers_read() {
  local name="/$MOONBASE_STAGE/machines/$MOONBASE_INSTANCE_ID/save" lines
  # Whoever wants a save more leaves a note of its own: it must not take the place of a teardown's.
  if [[ $1 == "save now-"* ]]; then name=${name%save}backup; fi
  MOONBASE_AWS_ATTEMPTS=1 MOONBASE_AWS_TIMEOUT_SECONDS=5 \
    aws_call ssm AmazonSSM.GetParameter "{\"Name\":\"$name\",\"WithDecryption\":true}" || return 1
  lines=$(printf '%s' "$AWS_REPLY" | python3 "$MOONBASE_HOME/lib/note.py") || {
    log error note-malformed
    return 1
  }
  AWS_REPLY=""
  answers_order=${lines%%$'\n'*}
  answers_token=${lines#*$'\n'}
}

answers_send() {
  local memory
  if ! state_has "$(orders_memory "$answers_order")"; then return 0; fi
  memory=answer-$(state_fingerprint "$answers_token")
  case $(state_read "$memory") in
    accepted* | forgotten*) return 0 ;;
  esac
  if MOONBASE_AWS_ATTEMPTS=1 MOONBASE_AWS_TIMEOUT_SECONDS=5 \
    task_answer "$memory" "$answers_token" "$(state_read "$(orders_memory "$answers_order")")"; then
    log info save-answered order "$answers_order"
    state_write "$(orders_memory "$answers_order").answered" "$(clock_stamp)"
  elif task_is_unknown "$AWS_ERROR"; then
    # Who asked has given up. If the order still stands, somebody asks again, with another token.
    log warn answer-came-too-late order "$answers_order" error "$AWS_ERROR"
    state_write "$memory" forgotten
  else
    log warn answer-not-taken order "$answers_order" error "$AWS_ERROR"
  fi
}
