#!/usr/bin/env bats
# Promise: whoever the registry names is let in, once, and nobody else; what cannot be read changes nothing.

setup() {
  load fixture/machine.bash
  machine_setup
  own_bundle
  export MOONBASE_STAGE=moonbase MOONBASE_INSTANCE_ID=$instance
  mkdir -p "$MOONBASE_ROOT/backup_volume"
  printf '[]' >"$machine/listed"
  # What lets devices in on a real volume has tests of its own: these only say how they were called.
  for name in device-add device-remove; do
    printf '#!/bin/bash\nprintf "%%s %%s %%s\\n" "${0##*/}" "$*" "$([[ $0 == *add ]] && cat)" >>"%s"\n[[ $1 != broken ]]\n' "$machine/called" \
      >"$bundle/backup-target/$name"
  done
  printf '#!/bin/bash\ncat "%s"\n' "$machine/listed" >"$bundle/backup-target/device-list"
  printf 'volume_is_mounted() { true; }\nvolume_fill() { true; }\n' >"$bundle/lib/volume.sh"
  : >"$machine/called"
}

# registry <name> <fields as JSON>...
registry() {
  PATH=$REAL_PATH python3 - "$service/parameters.json" "$public_key" "$@" <<'END'
import json, sys
file, key, *devices = sys.argv[1:]
usual = {"publicKey": key, "appendOnly": False, "quotaGiB": None, "registeredAt": "2026-11-20T12:00:00Z", "revokedAt": None}
entries = {name: {**usual, "name": name, **json.loads(more)} for name, more in zip(devices[::2], devices[1::2])}
json.dump({"/moonbase/backup-target/devices/" + name: json.dumps(one) for name, one in entries.items()}, open(file, "w"))
END
}

once() {
  PATH=$machine_path "$bundle/backup-target/devices" once
}

called() { cat "$machine/called"; }

@test "every device is let in with its options and its key on stdin, over all pages" {
  registry laptop '{}' nas '{"appendOnly":true,"quotaGiB":50}' phone '{"appendOnly":true}'
  once
  [ "$(called)" = "device-add laptop $public_key
device-add nas --append-only --quota 50 $public_key
device-add phone --append-only $public_key" ]
  [ "$(times_asked GetParametersByPath)" -eq 2 ]
}

@test "once: again only when something about it has changed" {
  registry laptop '{}' nas '{}'
  once
  : >"$machine/called"
  once
  [ "$(called)" = "" ]
  registry laptop '{}' nas '{"quotaGiB":9}'
  once
  [ "$(called)" = "device-add nas --quota 9 $public_key" ]
}

@test "a revoked device, and one that nobody has registered here, are shut out; what is revoked already is not touched" {
  registry laptop '{}' old '{"publicKey":null}' older '{"publicKey":null}'
  printf '[%s,%s,%s,%s]' '{"name":"laptop","registered":true,"lastBackupAt":null,"snapshots":[],"usedBytes":1}' \
    '{"name":"old","registered":true,"lastBackupAt":null,"snapshots":[],"usedBytes":1}' \
    '{"name":"older","registered":false,"lastBackupAt":null,"snapshots":[],"usedBytes":1}' \
    '{"name":"restored","registered":true,"lastBackupAt":null,"snapshots":[],"usedBytes":1}' >"$machine/listed"
  once
  [ "$(called)" = "device-add laptop $public_key
device-remove old 
device-remove restored " ]
}

@test "a registry that cannot be read, or holds what is no device, changes nothing" {
  registry laptop '{}'
  printf '[%s]' '{"name":"nas","registered":true,"lastBackupAt":null,"snapshots":[],"usedBytes":1}' >"$machine/listed"
  fault GetParametersByPath denied
  run once
  [ "$status" -ne 0 ]
  [ "$(called)" = "" ]
  for bad in '{"publicKey":"command=\"id\" ssh-ed25519 AAAA"}' '{"name":"../x"}' '{"quotaGiB":"9"}' '{"appendOnly":"yes"}' \
    '{"publicKey":"ssh-ed25519 AAAA\nssh-ed25519 BBBB"}'; do
    registry laptop '{}' bad "$bad" phone '{}'
    run once
    [ "$status" -ne 0 ]
    [ "$(called)" = "" ]
  done
}

@test "one that cannot be let in keeps nobody out, and is tried again" {
  registry broken '{}' laptop '{}'
  run once
  [ "$status" -ne 0 ]
  [ "$(called | grep -c .)" -eq 2 ]
  run once
  [ "$(called)" = "device-add broken $public_key
device-add laptop $public_key
device-add broken $public_key" ]
}

@test "what was seen of a device is told when it has changed" {
  registry laptop '{}'
  printf '[%s]' '{"name":"laptop","registered":true,"lastBackupAt":"2026-11-20T12:00:00Z","snapshots":[{},{}],"usedBytes":7}' >"$machine/listed"
  once
  once
  [ "$(times_asked PutParameter)" -eq 1 ]
  [ "$(asked PutParameter)" = '{"Name":"/moonbase/backup-target/seen/laptop","Type":"String","Overwrite":true,"Value":"{\"name\":\"laptop\",\"lastBackup\":\"2026-11-20T12:00:00Z\",\"snapshots\":2,\"usedBytes\":7}"}' ]
}
