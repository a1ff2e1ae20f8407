#!/usr/bin/env bats
# Promise: the scripts and their tests pass shellcheck and shfmt, can be run, and stay small.

setup() {
  load fixture/machine.bash
  cd "$project" || return
  # What is started by itself; the libraries are checked where they are used.
  entries=(instance-scripts/user-data.sh instance-scripts/bootstrap instance-scripts/orders)
  for file in instance-scripts/*/*; do
    if [[ -f $file && $file != instance-scripts/lib/* ]]; then entries+=("$file"); fi
  done
  entries+=(instance-scripts/{admin,devbox}/toolkit/*)
}

@test "shellcheck: the scripts with their libraries" {
  shellcheck --external-sources --check-sourced --source-path=instance-scripts "${entries[@]}"
}

@test "every library is used by a script, so that the check above has seen it" {
  for library in instance-scripts/lib/*.sh; do
    grep -q "source=lib/${library##*/}" -r instance-scripts
  done
}

@test "shellcheck: the tests and their stand-ins" {
  # SC2030, SC2031: each test is a subshell. SC2016: attacks are meant literally. SC2154, SC2034: bats' and the fixture's variables.
  shellcheck --shell=bats --exclude=SC2030,SC2031,SC2016,SC2154,SC2034,SC1091 test/scripts/*.bats
  shellcheck --exclude=SC2034,SC2154 test/scripts/fixture/*.bash test/scripts/setup_suite.bash \
    test/scripts/fixture/{recorder,stand-in-command,target-machine}
}

@test "shellcheck and shfmt: what the local engine's bodies are made with" {
  mapfile -t scripts < <(find local -name '*.sh')
  [ "${#scripts[@]}" -gt 3 ]
  shellcheck "${scripts[@]}"
  shfmt -i 2 -ci -d "${scripts[@]}"
}

@test "shfmt" {
  shfmt -i 2 -ci -d instance-scripts test/scripts/fixture/*.bash test/scripts/fixture/recorder \
    test/scripts/fixture/{stand-in-command,target-machine} test/scripts/setup_suite.bash
  shfmt -i 2 -ci -ln bats -d test/scripts/*.bats
}

@test "what is started can be started, and what is sourced cannot" {
  for file in "${entries[@]}"; do [ -x "$file" ]; done
  for file in instance-scripts/lib/*; do [ ! -x "$file" ]; done
}

@test "files are small, and the stub fits into user data" {
  while IFS= read -r file; do
    [ "$(wc -l <"$file")" -lt 150 ]
  done < <(find instance-scripts -type f)
  [ "$(wc -c <instance-scripts/user-data.sh)" -lt 12000 ]
}
