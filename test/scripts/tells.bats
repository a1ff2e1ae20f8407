#!/usr/bin/env bats
# Promise: what the control plane has to say reaches every terminal once.

setup() {
  load fixture/machine.bash
  load fixture/orders.bash
  orders_setup
  # Takes wall's place, and writes down what would be on the terminals.
  rm -f "$machine/bin/wall"
  printf '#!/usr/bin/env bash\ncat >>%q\n' "$machine/said" >"$machine/bin/wall"
  chmod +x "$machine/bin/wall"
  touch "$machine/said"
}

teardown() {
  stop_orders
}

has_said() {
  grep -qxF -- "$1" "$machine/said"
}

@test "once, also after a restart" {
  tells "this machine ends at 12:05 because nobody uses it"
  start_orders
  until_true has_said "this machine ends at 12:05 because nobody uses it"
  looks_again
  stop_orders
  start_orders
  looks_again
  [ "$(grep -c . "$machine/said")" -eq 1 ]
}

@test "other words are said, nothing is not, and words that come back are said again" {
  start_orders
  for words in one two nothing one; do
    tells "$words"
    looks_again
  done
  tells
  looks_again
  diff "$machine/said" <(printf '%s\n' one two one)
}

@test "a metadata service that is silent takes nothing back: the words are not said again" {
  tells one
  start_orders
  until_true has_said one
  asked=$(times_asked Metadata)
  mapfile -t nothing < <(printf 'none\n%.0s' $(seq "$asked") {1..20})
  fault Metadata "${nothing[@]}" 500 500 500 500 500 500
  until_true logged orders-unknown
  looks_again 4
  diff "$machine/said" <(echo one)
}

@test "words are no options and no commands" {
  start_orders
  tells '--version'
  until_true has_said --version
  tells '$(touch '"$machine/touched"') `id`'
  until_true has_said '$(touch '"$machine/touched"') `id`'
  [ ! -e "$machine/touched" ]
}

@test "a wall that fails is tried once" {
  printf '#!/usr/bin/env bash\necho tried >>%q\nexit 1\n' "$machine/said" >"$machine/bin/wall"
  tells "hello"
  start_orders
  until_true logged not-told
  looks_again
  [ "$(grep -c tried "$machine/said")" -eq 1 ]
}

@test "on a process body it is in the log only" {
  tells "hello"
  MOONBASE_BODY=process start_orders
  until_true logged left-out
  [ ! -s "$machine/said" ]
  grep -q '"what":"wall: hello"' "$machine/log"
}
