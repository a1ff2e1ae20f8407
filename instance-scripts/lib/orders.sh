# shellcheck shell=bash
# What the control plane wants of this machine, in two tags that the machine reads in its metadata, and what spot has to
# say of it. An order is carried out once, whether it comes as a tag or as spot's own notice; the same words a second time
# are the same order. functions/session/orders.ts has the words.

orders_interruption="save interruption"
orders_worker=""
orders_at_work=""
orders_was_silent=no

# What a file of the state is called that is about this order.
orders_memory() {
  printf 'order-%s' "${1#save }"
}

# One look, and what follows from it.
orders_look() {
  local wanted
  if ! metadata_look tags/instance/moonbase:wants tags/instance/moonbase:tells spot/instance-action; then
    if [[ $orders_was_silent == no ]]; then log warn orders-unknown because "the metadata service is silent"; fi
    orders_was_silent=yes
    return 0
  fi
  orders_was_silent=no
  orders_tell "${METADATA_VALUES[1]}"
  wanted=${METADATA_VALUES[0]}
  # In the last two minutes nothing else counts.
  if [[ -n ${METADATA_VALUES[2]} ]]; then wanted=$orders_interruption; fi
  if orders_understand "$wanted"; then
    orders_begin "$wanted"
    answers_give "$wanted"
  fi
}

# orders_tell <text>: once, on the terminal of everybody who is logged in. What was told last is on disk for a listener
# that is started again, which reads it once: most looks find nothing new, and must cost little.
orders_tell() {
  local text=${1//[^[:print:]]/ }
  if [[ -z ${orders_told+known} ]]; then orders_told=$(state_read told); fi
  if [[ $text == "$orders_told" ]]; then return 0; fi
  # Written before: a wall that fails would fail every two seconds.
  state_write told "$text"
  orders_told=$text
  if [[ -z $text || $text == nothing ]]; then return 0; fi
  log info telling text "$text"
  body_only_machine "wall: $text" wall <<<"$text" || log error not-told
}

orders_understand() {
  if [[ $1 =~ ^save\ (interruption|(early|now)-[A-Za-z0-9:.-]{1,40}|end-[0-9]{1,9})$ ]]; then return 0; fi
  if [[ -n $1 && $1 != nothing && $1 != "$(state_read order-not-understood)" ]]; then
    log error order-not-understood order "$1"
    state_write order-not-understood "$1"
  fi
  return 1
}

# Saves run beside the look, because what comes meanwhile may be more urgent.
orders_begin() {
  if state_has "$(orders_memory "$1")"; then return 0; fi
  if [[ -n $orders_worker ]] && kill -0 "$orders_worker" 2>/dev/null; then
    orders_make_way "$1"
    return 0
  fi
  orders_at_work=$1
  saves_carry_out "$1" &
  orders_worker=$!
}

# A whole save may take longer than spot waits. A quick one goes on: to begin it again would be no faster.
orders_make_way() {
  if [[ $1 == "$orders_interruption" && $orders_at_work == "save end-"* ]]; then
    log warn save-set-aside order "$orders_at_work"
    kill -USR1 "$orders_worker"
    orders_at_work=""
  fi
}
