#!/usr/bin/env bats
# Promise: a box shows on its tag since when it is on its tailnet, once it surely is, and when it is not any more; who may log
# in has a key.

setup() {
  load fixture/machine.bash
  load fixture/devbox.bash
  devbox_setup
  # Takes Tailscale's place: it says what the test says, and knows one question only.
  cat >"$machine/bin/tailscale" <<END
#!/usr/bin/env bash
[[ "\$*" == "status --json --peers=false" ]] || exit 64
cat $machine/tailscale.json 2>/dev/null
END
  chmod +x "$machine/bin/tailscale"
}

# tailscale_says <BackendState> <Online>
tailscale_says() {
  printf '{"BackendState":"%s","Self":{"Online":%s}}' "$1" "$2" >"$machine/tailscale.json"
}

look() {
  PATH=$machine_path "$scripts/devbox/tailnet"
}

shown() {
  asked CreateTags | PATH=$REAL_PATH python3 -c '
import sys, urllib.parse
for line in sys.stdin:
    form = urllib.parse.parse_qs(line.strip())
    print(form["Tag.1.Key"][0], form["Tag.1.Value"][0])
'
}

@test "up is shown at the second look that sees it, with its time, and told once" {
  tailscale_says Running true
  look
  [ -z "$(shown)" ]
  look
  look
  [[ $(shown) =~ ^moonbase:tailscale\ up\ 20[0-9-]+T[0-9:.]+Z$ ]]
  [ "$(times_asked PutEvents)" -eq 1 ]
  asked PutEvents | grep -q '"DetailType":"machine is on its tailnet"'
}

@test "one that comes and goes is not up" {
  for online in true false true false; do
    tailscale_says Running "$online"
    look
  done
  [ -z "$(shown)" ]
}

@test "down is shown once, and up again with another time" {
  tailscale_says Running true
  look && look
  tailscale_says NeedsLogin false
  look && look
  tailscale_says Running true
  look && look
  mapfile -t lines < <(shown | cut -d' ' -f1,2)
  [ "${lines[*]}" = "moonbase:tailscale up moonbase:tailscale down moonbase:tailscale up" ]
  [ "$(shown | sort -u | wc -l)" -eq 3 ]
}

@test "a Tailscale that runs without a connection, is silent or says something odd is not up" {
  tailscale_says Running false && look && look
  printf 'no JSON' >"$machine/tailscale.json" && look && look
  rm "$machine/tailscale.json" && look && look
  rm "$machine/bin/tailscale" && look && look
  [ -z "$(shown)" ]
}

@test "a tag that was not taken is set at the next look" {
  tailscale_says Running true
  fault CreateTags denied
  look && look
  [ "$(times_asked PutEvents)" -eq 0 ]
  look
  [ "$(times_asked CreateTags)" -eq 2 ]
  [ "$(times_asked PutEvents)" -eq 1 ]
}

@test "the machine's key pair may log in beside the others, and a machine without one has none" {
  lib users_authorize
  [ -z "$(<"$MOONBASE_ROOT/etc/ssh/authorized_keys/debian")" ]
  printf '{"public-keys/0/openssh-key": "%s"}' "$public_key" >"$service/metadata.json"
  configure ssh_authorized_keys "${public_key/operator/another}"
  MOONBASE_PUBLIC_KEY="${public_key/operator/launch}" lib users_authorize
  mapfile -t users < <(cut -d' ' -f3 "$MOONBASE_ROOT/etc/ssh/authorized_keys/debian" | sort)
  [ "${users[*]}" = "another@laptop launch@laptop operator@laptop" ]
}
