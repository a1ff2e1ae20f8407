#!/usr/bin/env bash
# The rest of a machine's user data. The launch template puts four assignments above it: MOONBASE_BUNDLE_BUCKET,
# MOONBASE_BUNDLE_KEY, MOONBASE_BUNDLE_SHA256 and MOONBASE_BLUEPRINT. It fetches the script bundle, checks it and hands
# over. Nothing of the bundle runs before its checksum is right, and a machine that gets no bundle ends itself.
set -euo pipefail
umask 022
export MOONBASE_STARTED_AT=$EPOCHSECONDS

metadata_endpoint=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
metadata_endpoint=${metadata_endpoint%/}
attempts=${MOONBASE_AWS_ATTEMPTS:-4}
backoff=${MOONBASE_AWS_BACKOFF_MILLISECONDS:-400}
home=${MOONBASE_ROOT:-}/opt/moonbase
staging=
because="the stub stopped at an error of its own"

say() { printf '{"event":"%s","blueprint":"%s","message":"%s"}\n' "$1" "${MOONBASE_BLUEPRINT:-}" "$2" >&2; }

# Doubles with each attempt; bash has no fractions, so it counts milliseconds.
pause() {
  local milliseconds=$((backoff << $1))
  sleep "$(printf '%d.%03d' $((milliseconds / 1000)) $((milliseconds % 1000)))"
}

stop() {
  because=$1
  exit 1
}

end_machine() {
  trap - EXIT
  say stub-failed "$because"
  if [[ -n $staging ]]; then rm -rf "$staging"; fi
  if [[ ${MOONBASE_BODY:-machine} == process ]]; then
    say left-out "a process is no machine: it exits where a machine would power off"
  else
    systemctl poweroff || poweroff --force
  fi
  exit 1
}
trap end_machine EXIT

# Credentials and tokens reach curl as a config on its stdin: argv can be read by every user of the machine.
metadata() {
  local attempt
  for ((attempt = 1; attempt <= attempts; attempt++)); do
    printf '%s\n' "$2" | curl --disable --config - --noproxy '*' --silent --fail --connect-timeout 2 --max-time 5 \
      "$metadata_endpoint/latest/$1" && return 0
    pause "$attempt"
  done
  return 1
}

token=$(metadata api/token $'request = "PUT"\nheader = "x-aws-ec2-metadata-token-ttl-seconds: 300"') ||
  stop "the metadata service gives no token"
signed_in="header = \"x-aws-ec2-metadata-token: $token\""
region=$(metadata meta-data/placement/region "$signed_in") || stop "the metadata service tells no region"
role=$(metadata meta-data/iam/security-credentials/ "$signed_in") || stop "the machine has no role"
credentials=$(metadata "meta-data/iam/security-credentials/${role%%$'\n'*}" "$signed_in") || stop "the role has no credentials"
curl_config=$(printf '%s' "$credentials" | python3 -c '
import json, sys
found = json.load(sys.stdin)
print("user = \"%s:%s\"" % (found["AccessKeyId"], found["SecretAccessKey"]))
print("header = \"x-amz-security-token: %s\"" % found["Token"])
') || stop "the credentials of the role cannot be read"

encoded_key=$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe="/"))' "$MOONBASE_BUNDLE_KEY")
endpoint=${AWS_ENDPOINT_URL_S3:-${AWS_ENDPOINT_URL:-}}
if [[ -n $endpoint ]]; then
  address=${endpoint%/}/$MOONBASE_BUNDLE_BUCKET/$encoded_key
else
  address=https://$MOONBASE_BUNDLE_BUCKET.s3.$region.amazonaws.com/$encoded_key
fi

mkdir -p "${home%/*}"
staging=$(mktemp -d "$home.XXXXXX")
empty_body=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
for ((attempt = 1; ; attempt++)); do
  failure=0
  status=$(printf '%s\n' "$curl_config" | curl --disable --config - --silent --connect-timeout 5 \
    --max-time "${MOONBASE_AWS_TIMEOUT_SECONDS:-30}" --aws-sigv4 "aws:amz:$region:s3" \
    --header "x-amz-content-sha256: $empty_body" --output "$staging/bundle.tar.gz" --write-out '%{http_code}' \
    "$address") || failure=$?
  if ((failure == 0)) && [[ $status == 200 ]]; then break; fi
  because="the bundle cannot be fetched (status $status, curl $failure)"
  if ((failure == 0)) && [[ $status == 4?? && $status != 408 && $status != 429 ]]; then exit 1; fi
  if ((attempt >= attempts)); then exit 1; fi
  pause "$attempt"
done

sha256sum --check --status <<<"$MOONBASE_BUNDLE_SHA256  $staging/bundle.tar.gz" ||
  stop "the checksum of the bundle is wrong: nothing of it was run"
mkdir "$staging/unpacked"
tar --extract --gzip --no-same-owner --file "$staging/bundle.tar.gz" --directory "$staging/unpacked" || stop "the bundle cannot be unpacked"
chmod 755 "$staging/unpacked"
[[ -x $staging/unpacked/bootstrap ]] || stop "the bundle has no bootstrap"
rm -rf "$home"
mv "$staging/unpacked" "$home"
rm -rf "$staging"
staging=
# Without execfail a shell whose exec fails is gone, and its trap with it.
shopt -s execfail
exec "$home/bootstrap" "$MOONBASE_BLUEPRINT" || stop "bootstrap could not be started"
