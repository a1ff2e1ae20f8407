#!/usr/bin/env bats
# Promise: the metadata service is asked in its version 2 only, patiently.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "no question without a session token" {
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/meta-data/instance-id")" = 401 ]
  # Nothing asked again, so nothing was refused: one token and six values.
  [ "$(times_asked Metadata)" -eq $((1 + 6 + 1)) ]
}

@test "what is not there at first is asked for again" {
  invite
  fault Metadata none none none none none missing none 500
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = complete ]
}

@test "no metadata service: the machine ends itself" {
  invite
  AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9 run bootstrap
  [ "$status" -ne 0 ]
  [[ $output == *"the metadata service has no instance-id"* ]]
  commanded "systemctl poweroff"
}

@test "a malformed tag or id goes no further" {
  invite
  for key in instance-id placement/region tags/instance/moonbase:stage tags/instance/moonbase:session; do
    printf '{"%s": "x\\"$(touch %s)"}' "$key" "$machine/touched" >"$service/metadata.json"
    run bootstrap
    [ "$status" -ne 0 ]
    [[ $output == *"malformed $key"* ]]
    [ ! -e "$machine/touched" ]
    [ "$(times_asked GetParameter)" -eq 0 ]
  done
}

@test "a proxy is never asked for the metadata" {
  invite
  unset no_proxy NO_PROXY
  http_proxy=http://127.0.0.1:9 MOONBASE_READY_DEADLINE_SECONDS=1 run bootstrap
  [ "$status" -ne 0 ]
  [[ $output != *metadata-silent* ]]
  # The calls to AWS did obey the proxy, and so reached nothing.
  [ "$(times_asked GetParameter)" -eq 0 ]
}
