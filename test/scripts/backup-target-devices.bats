#!/usr/bin/env bats
# Promise: devices are registered, listed and revoked by name; each has one key and one folder; what root may do for a
# device is the smallest set of capabilities that a backup of everything takes; retention keeps what its rules say.

setup_file() {
  load fixture/target.bash
  target_start
}

teardown_file() {
  load fixture/target.bash
  target_stop
}

setup() {
  load fixture/target.bash
}

listed() {
  target_command device-list --json | jq -r "$1"
}

@test "a name, a key and a quota that cannot be are refused before anything is made" {
  on_target ssh-keygen -q -t ed25519 -N "" -f /mnt/work/key
  key=$(on_target cat /mnt/work/key.pub)
  for name in "" Laptop -laptop a_b ../x a/b "a b" "$(printf 'a%.0s' {1..32})"; do
    run target_command device-add "$name" <<<"$key"
    [ "$status" -eq 1 ]
    [[ $output == *"allowed are 1 to 31 small letters"* ]]
  done
  for options in "--quota 0" "--quota ten" "--quota" "--quota 1.5" "--append" "other"; do
    read -ra words <<<"$options"
    run target_command device-add laptop "${words[@]}" <<<"$key"
    [ "$status" -eq 1 ]
    [[ $output == *"allowed"* ]]
  done
  for key in "" "ssh-ed25519" "ssh-ed25519 AAAA" "ssh-rsa AAAAB3NzaC1yc2E=" 'command="sh" '"$key" "PASTE YOUR KEY HERE"; do
    run target_command device-add laptop <<<"$key"
    [ "$status" -eq 1 ]
    [[ $output == *"public key of laptop"* ]]
  done
  [ "$(listed length)" -eq 0 ]
  [ "$(names "$volume/backups")" = "" ]
}

@test "a device is registered, changed by registering it again, and listed" {
  device_make laptop 1
  work laptop 1
  btrbk_of laptop run
  [ "$(listed '.[0] | [.name, .registered, .appendOnly, .quotaGiB, (.snapshots | length)] | join(" ")')" = "laptop true false  1" ]
  on_target cat /mnt/work/laptop.pub | target_command device-add laptop --append-only --quota 5
  [ "$(listed '.[0] | [.name, .registered, .appendOnly, .quotaGiB, (.snapshots | length)] | join(" ")')" = "laptop true true 5 1" ]
  [ "$(on_target grep -c laptop /etc/ssh/authorized_keys/btrbk)" -eq 1 ]
  on_target grep -q "^restrict,command=\"$scripts/backup-target/btrbk-ssh --root $volume/backups/laptop --mount $volume --allow send\" ssh-ed25519 " /etc/ssh/authorized_keys/btrbk
  run target_command device-add other <<<"$(on_target cat /mnt/work/laptop.pub)"
  [[ $output == *"laptop has that key already"* ]]
}

@test "a revoked device is cut off at once, also from what it has under way, and its backups stay" {
  on_target bash -c 'head -c 20M /dev/urandom >"$1/data/big"' - "$laptop/laptop"
  device_configure laptop 1 "rate_limit 1m"
  sleep 1.1
  btrbk_of laptop run >/dev/null 2>&1 3>&- &
  running=$!
  until_true two_there
  target_command device-remove laptop
  not wait "$running"
  [ "$(names "$volume/backups/laptop" | wc -l)" -eq 1 ]
  run asks laptop "cat /proc/self/mountinfo"
  [[ $output == *"Permission denied"* ]]
  [ "$(listed '.[0] | [.name, .registered, (.snapshots | length)] | join(" ")')" = "laptop false 1" ]
  target_command device-remove laptop
  run target_command device-remove nobody
  [[ $output == *"there is no device nobody"* ]]
}

two_there() {
  (($(names "$volume/backups/laptop" | wc -l) == 2))
}

@test "on another machine the volume brings its devices with it" {
  on_target cat /mnt/work/laptop.pub | target_command device-add laptop
  on_target cp /etc/ssh/authorized_keys/btrbk /mnt/work/keys
  on_target rm /etc/ssh/authorized_keys/btrbk
  on_target env PATH="/mnt/work/bin:/usr/sbin:/usr/bin" MOONBASE_BACKUP_VOLUME="$volume" "$scripts/backup-target/access"
  on_target cmp /etc/ssh/authorized_keys/btrbk /mnt/work/keys
}

@test "each capability of root is needed, and the whole set is enough for a home with everything in it" {
  on_target bash -euc 'cd "$1/data" && cp /bin/true capable && setcap cap_net_raw+ep capable && rm -f big
    mkdir shared && chown 5:5 shared && chmod 2770 shared && cd .. && for name in s1 s2; do
    echo "$name" >>data/shared/text && btrfs subvolume snapshot -r data "$name" >/dev/null; done' - "$laptop/laptop"
  run on_target "$fixture/capabilities.bash" "$laptop/laptop" "$volume/backups/laptop"
  echo "$output"
  [ "${lines[0]}" = "all: works" ]
  [ "$(grep -c 'without .*: fails' <<<"$output")" -eq $((${#lines[@]} - 1)) ]
  ((${#lines[@]} > 15))
}

@test "what btrfs does not need of root is shut: mounts, name spaces, the network, deletion by number" {
  doors() {
    on_target bash -euc 'btrfs subvolume create "$1/other" >/dev/null
      python3 -I "$2" "$3" "$4" "$(btrfs inspect-internal rootid "$1/other")"
      if [[ -e $1/other ]]; then btrfs subvolume delete "$1/other" >/dev/null; fi' - "$volume" "$fixture/doors.py" "$1" "$volume/backups/laptop"
  }
  run doors ""
  echo "$output"
  [ "${#lines[@]}" -eq 7 ]
  for job in receive send snapshot delete show look readlink mountinfo filter; do
    on_target python3 -I -S "$scripts/lib/btrbk-seccomp.py" "$job" | on_target tee /mnt/work/calls >/dev/null
    run doors /mnt/work/calls
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
  done
}

@test "retention keeps the first of each period and the newest, by arrival and not by name" {
  run python3 -I -S - "$scripts/lib/device-retention.py" <<'END'
import runpy
import sys
shipped = runpy.run_path(sys.argv[1])
kept, rules_of = shipped["kept"], shipped["rules_of"]
hour, day = 3600, 86400
noon = 1_700_000_000 // day * day
every_hour = [(noon + hour * number, number) for number in range(72)]
assert kept(every_hour, rules_of("24h")) == set(range(48, 72)), kept(every_hour, rules_of("24h"))
assert kept(every_hour, rules_of("2d")) == {24, 48, 71}
assert kept([(noon + 60 * number, number) for number in range(50)], rules_of("24h 7d 4w 6m")) == {0, 49}
every_day = [(noon + day * number, number) for number in range(400)]
stay = kept(every_day, rules_of("7d 4w 6m"))
assert 399 in stay and 12 <= len(stay) <= 17, stay
assert kept([(noon, 1)], rules_of("1h")) == {1}
for wrong in ("", "24", "h", "24h,7d", "0h", "24h  7d", "24y", "24h; rm", "-1h"):
    try:
        rules_of(wrong)
    except SystemExit:
        continue
    raise AssertionError(wrong)
END
  echo "$output"
  [ "$status" -eq 0 ]
}
