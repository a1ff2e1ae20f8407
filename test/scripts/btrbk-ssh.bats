#!/usr/bin/env bats
# Promise: what btrbk asks for is understood, and nothing else is carried out. The judge of that is what was executed and
# opened, not what the filter says. btrbk's own filter runs beside it.

bats_require_minimum_version 1.5.0

setup_file() {
  load fixture/target.bash
  target_start
  device_make mallory 1
  device_make victim 2
  on_target bash -euc '
    mkdir /mnt/canary && echo secret >/mnt/canary/secret && printf "#!/bin/sh\ntouch /mnt/canary/made\n" >/mnt/canary/run
    chmod 755 /mnt/canary/run && cp /mnt/canary/run /mnt/canary/btrfs
    for device in mallory victim; do btrfs subvolume create "/mnt/laptop/$device/x" && btrfs subvolume snapshot -r "/mnt/laptop/$device/x" "/mnt/laptop/$device/snapshots/x"
      btrfs send -q "/mnt/laptop/$device/snapshots/x" | btrfs receive -q "$1/backups/$device"; done
    ln -s /mnt/canary "$1/backups/mallory/out"' - "$volume" >/dev/null
}

teardown_file() {
  load fixture/target.bash
  target_stop
}

setup() {
  load fixture/target.bash
  mine=$volume/backups/mallory
  stock=/usr/share/btrbk/scripts/ssh_filter_btrbk.sh
}

# attacks: each as a reason and a request on lines of their own.
attacks() {
  local line reason request
  while IFS= read -r line; do
    if [[ $line == "#"* ]]; then continue; fi
    reason=${line%% |*} request=${line#*| }
    if [[ $line == *"|" ]]; then request=""; fi
    if [[ $reason == "a space before" ]]; then request=" $request"; fi
    request=${request//MINE/$mine} request=${request//THEIRS/$volume/backups/victim} request=${request//MOUNT/$volume}
    printf '%b\0' "${request//\\\'/\\\\\'}"
  done <"$fixture/attacks.txt"
}

# outside <request> <filter> [<argument>]...: what the filter did with the request that it may not do.
outside() {
  local request=$1 trace=$BATS_TEST_TMPDIR/trace
  shift
  on_target rm -f /mnt/canary/made
  on_target timeout 20 strace -f -qq -s 300 -e trace=execve,execveat,open,openat,openat2,creat -o "$trace" \
    env -i PATH=/usr/bin:/bin "SSH_ORIGINAL_COMMAND=$request" "$@" </dev/null >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || true
  python3 -I -S "$fixture/oracle.py" "$trace" "$mine"
  if on_target test -e /mnt/canary/made; then echo "a file was made"; fi
}

ours() {
  outside "$1" "$scripts/backup-target/btrbk-ssh" --root "$mine" --mount "$volume" --allow send,delete
}

# The stock filter evaluates: it gets nothing to write to but what the attacks aim at.
stock() {
  outside "$1" bwrap --ro-bind / / --bind /mnt/canary /mnt/canary --dev-bind /dev /dev --proc /proc --tmpfs /tmp \
    "$stock" --source --target --delete --info --restrict-path "$mine"
}

@test "100,000 requests, good ones, spoiled ones and noise: what is let in is one of the forms, and every form is" {
  python3 -I -S "$fixture/requests.py" make 100000 "${SEED:-7}" >"$BATS_TEST_TMPDIR/requests"
  bash "$fixture/decide.bash" /v/backups/me /v send,delete <"$BATS_TEST_TMPDIR/requests" >"$BATS_TEST_TMPDIR/answers"
  run python3 -I -S "$fixture/requests.py" judge "$BATS_TEST_TMPDIR/requests" <"$BATS_TEST_TMPDIR/answers"
  [ "$status" -eq 0 ]
  [[ $output == "100000 requests: "* ]]
}

@test "the list of attacks: nothing outside the policy is executed or opened; the stock filter lets some through" {
  let_through=0 count=0
  while IFS= read -r -d '' request; do
    count=$((count + 1))
    found=$(ours "$request")
    [ -z "$found" ] || { echo "$request did: $found" && false; }
    grep -q "btrbk-ssh: refused: " "$BATS_TEST_TMPDIR/err" || { echo "not refused: $request" && false; }
    if [[ -n $(stock "$request") ]]; then let_through=$((let_through + 1)); fi
  done < <(attacks)
  ((count > 100))
  echo "# $count attacks: 0 through ours, $let_through through btrbk's stock filter" >&3
  ((let_through > 0))
}

@test "a sample of random requests, traced while they run" {
  requests=$(python3 -I -S "$fixture/requests.py" make 100 11 "$mine" "$volume" | tr '\0\n' '\n\r')
  while IFS= read -r request; do
    found=$(ours "${request//$'\r'/$'\n'}")
    [ -z "$found" ] || { echo "$request did: $found" && false; }
  done <<<"$requests"
}

@test "the key's options are looked at, and what is not there is refused" {
  filter=("$scripts/backup-target/btrbk-ssh")
  for options in "" "--root $mine" "--mount $volume" "--root mallory --mount $volume" "--root $mine --mount" "--root $mine --mount $volume --shell yes" \
    "--root $volume/backups/nobody --mount $volume"; do
    read -ra words <<<"$options"
    run on_target env SSH_ORIGINAL_COMMAND="cat /proc/self/mountinfo" "${filter[@]}" "${words[@]}"
    [ "$status" -eq 255 ]
    [[ $output == *"btrbk-ssh: refused: "* ]]
  done
  # What is not allowed is not allowed by leaving --allow out.
  for request in "btrfs send '$mine/x'" "btrfs subvolume snapshot -r '$mine/x' '$mine/y'" "btrfs subvolume delete '$mine/x'"; do
    run on_target env SSH_ORIGINAL_COMMAND="$request" "${filter[@]}" --root "$mine" --mount "$volume"
    [ "$status" -eq 255 ]
  done
}

@test "a decision is one line of JSON, with device, reason and who asked, whatever was asked" {
  before=$(log_of mallory | wc -l)
  run asks mallory $'btrfs "quoted" \\ \e[2J \xff\n{"event":"forged"}'
  [ "$status" -eq 255 ]
  [[ $output == *"refused: a character that no request of btrbk has"* ]]
  until_true log_has "$((before + 1))"
  line=$(log_of mallory | tail -n 1)
  [ "$(jq -r '[.decision, .device, .reason, .from] | join("; ")' <<<"$line")" = "refused; mallory; a character that no request of btrbk has; 10.77.1.2" ]
}

log_has() {
  (($(log_of mallory | wc -l) == $1))
}

@test "sshd starts nothing but the filter: no terminal, no forwarding, no file transfer, no other user, no password" {
  key=(-i /mnt/work/mallory -o BatchMode=yes -o LogLevel=ERROR)
  run -255 on_device mallory ssh "${key[@]}" -tt btrbk@10.77.1.1
  run on_device mallory ssh "${key[@]}" -N -o ExitOnForwardFailure=yes -R 9999:localhost:22 btrbk@10.77.1.1
  [ "$status" -ne 0 ]
  run on_device mallory timeout 10 ssh "${key[@]}" -W localhost:22 btrbk@10.77.1.1
  [ "$status" -ne 0 ]
  [[ $output != *SSH-2.0* ]]
  run on_device mallory sftp "${key[@]}" -b /dev/null btrbk@10.77.1.1
  [ "$status" -ne 0 ]
  run on_device mallory ssh "${key[@]}" root@10.77.1.1 "cat /proc/self/mountinfo"
  [[ $output == *"Permission denied"* ]]
  run on_device mallory ssh -i /mnt/work/nothing -o BatchMode=yes btrbk@10.77.1.1 "cat /proc/self/mountinfo"
  [[ $output == *"Permission denied (publickey)"* ]]
}
