#!/usr/bin/env bats
# Promise: nothing of the script bundle runs before its checksum is right.

setup() {
  load fixture/machine.bash
  machine_setup
}

# A bundle whose bootstrap leaves a mark, packed the way the real one is.
pack() {
  mkdir -p "$machine/packed"
  printf '#!/usr/bin/env bash\nprintf "%%s" "$*" >"$MOONBASE_ROOT/ran"\n' >"$machine/packed/bootstrap"
  chmod +x "$machine/packed/bootstrap"
  tar --create --gzip --file "$service/bundle" --directory "$machine/packed" .
}

# The user data as the launch template makes it: the assignments, then the stub.
user_data() {
  local sum key=${2:-assets/bundle.tar.gz}
  sum=${1:-$(sha256sum "$service/bundle" | cut -d ' ' -f 1)}
  {
    echo '#!/usr/bin/env bash'
    printf '%s=%q\n' MOONBASE_BUNDLE_BUCKET assets MOONBASE_BUNDLE_KEY "$key" MOONBASE_BUNDLE_SHA256 "$sum" MOONBASE_BLUEPRINT admin
    tail -n +2 "$scripts/user-data.sh"
  } >"$machine/user-data"
  PATH=$machine_path bash "$machine/user-data"
}

@test "the right bundle is unpacked, and its bootstrap is started with the blueprint" {
  pack
  run user_data
  [ "$status" -eq 0 ]
  [ "$(<"$MOONBASE_ROOT/ran")" = admin ]
  [ -x "$MOONBASE_ROOT/opt/moonbase/bootstrap" ]
  [ -z "$(commands)" ]
  [ "$(ls "$MOONBASE_ROOT/opt")" = moonbase ]
}

@test "a wrong checksum stops before anything is unpacked, and powers off" {
  pack
  run user_data "$(printf '0%.0s' {1..64})"
  [ "$status" -ne 0 ]
  [[ $output == *"checksum of the bundle is wrong"* ]]
  [ ! -e "$MOONBASE_ROOT/ran" ]
  [ -z "$(ls "$MOONBASE_ROOT/opt")" ]
  [ "$(commands)" = "systemctl poweroff" ]
}

@test "a missing bundle is a permanent error: one request, then power off" {
  run user_data "$(printf '0%.0s' {1..64})"
  [ "$status" -ne 0 ]
  [[ $output == *"status 404"* ]]
  [ "$(times_asked GetObject)" -eq 1 ]
  [ "$(commands)" = "systemctl poweroff" ]
}

@test "a fetch that fails in passing is tried again, and a bounded number of times" {
  pack
  fault GetObject 500 lost
  run user_data
  [ "$status" -eq 0 ]
  [ "$(times_asked GetObject)" -eq 3 ]
  fault GetObject none 500 500 500 500 500 500
  run user_data
  [ "$status" -ne 0 ]
  [ "$(times_asked GetObject)" -eq 7 ]
}

@test "a bundle without a bootstrap powers off" {
  mkdir "$machine/packed"
  tar --create --gzip --file "$service/bundle" --directory "$machine/packed" .
  run user_data
  [ "$status" -ne 0 ]
  [ "$(commands)" = "systemctl poweroff" ]
}

@test "a bootstrap that cannot be started powers off" {
  pack
  printf '#!/does/not/exist\n' >"$machine/packed/bootstrap"
  tar --create --gzip --file "$service/bundle" --directory "$machine/packed" .
  run user_data
  [ "$status" -ne 0 ]
  [ "$(commands)" = "systemctl poweroff" ]
}

@test "a second run takes the place of the first one's files" {
  pack
  mkdir -p "$MOONBASE_ROOT/opt/moonbase"
  touch "$MOONBASE_ROOT/opt/moonbase/old"
  run user_data
  [ "$status" -eq 0 ]
  [ ! -e "$MOONBASE_ROOT/opt/moonbase/old" ]
}

@test "the shipped scripts come up from the stub to complete" {
  tar --create --gzip --file "$service/bundle" --directory "$scripts" .
  invite
  run user_data
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = complete ]
}

@test "a process body exits instead of powering off, and says so" {
  pack
  MOONBASE_BODY=process run user_data "$(printf '0%.0s' {1..64})"
  [ "$status" -ne 0 ]
  [[ $output == *left-out* ]]
  [ -z "$(commands)" ]
}

@test "a bundle's key with special characters is fetched with a valid signature" {
  pack
  run user_data "" 'assets/a b+c&d=e%20f;g~h(1)*!@:,$é.tar.gz'
  [ "$status" -eq 0 ]
  [ "$(<"$MOONBASE_ROOT/ran")" = admin ]
}
