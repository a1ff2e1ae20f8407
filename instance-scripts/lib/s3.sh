# shellcheck shell=bash
# Objects in S3, in the same way as the other calls: signed by curl, nothing secret in argv.

# s3_put <bucket> <key> <text>: keys of letters, digits and / . _ -, because a path is signed as it is sent.
s3_put() {
  [[ $2 =~ ^[A-Za-z0-9/._-]+$ ]] || die "no key for an object: $2"
  aws_persist s3_attempt s3 "$@"
}

# s3_attempt <signing name> <bucket> <key> <text>
s3_attempt() {
  local address=${AWS_ENDPOINT_URL_S3:-${AWS_ENDPOINT_URL:-}} sum config
  if [[ -n $address ]]; then
    address=${address%/}/$2/$3
  else
    address=https://$2.s3.$MOONBASE_REGION.amazonaws.com/$3
  fi
  sum=$(printf '%s' "$4" | sha256sum)
  config=$'request = "PUT"\nheader = "content-type: application/octet-stream"'
  config+=$'\n'"header = \"x-amz-content-sha256: ${sum%% *}\""$'\n'"data-raw = $(aws_quote "$4")"
  aws_send "$1" "$address" "$config"
}
