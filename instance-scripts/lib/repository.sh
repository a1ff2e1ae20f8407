# shellcheck shell=bash
# Making the repository, once for all boxes. A repository that cannot be opened is never answered with a new one.

# The SHA-256 of nothing: S3 wants that of a request's body.
repository_empty_body=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

# Dies unless there is a repository that the password opens. May run any number of times.
repository_open() {
  restic_open
  repository_ensure
}

repository_ensure() {
  local said status=0
  said=$(restic_scratch)/repository
  restic_reach "the repository"
  # Without a lock, which nobody gets while the repository is tidied up.
  restic_run "$said" cat config --no-lock || status=$?
  if ((status == 0)); then return 0; fi
  if ((status != 10)); then die "the repository: $(restic_explain "$status" "$said.errors")"; fi
  repository_is_blank || die "the repository has lost its config, and something else is there: it is left as it is"
  log info repository-init repository "$restic_repository"
  status=0
  restic_run "$said" init || status=$?
  if ((status == 0)); then return 0; fi
  # Another box may have been first.
  restic_run "$said.again" cat config --no-lock || die "the repository could not be made: $(restic_explain "$status" "$said.errors")"
}

# restic's own word is not enough: nothing at all may be at this place.
repository_is_blank() {
  aws_persist repository_list s3 list || die "the repository cannot be listed: $AWS_ERROR"
  [[ $AWS_REPLY == *"<ListBucketResult"* && $AWS_REPLY != *"<Key>"* ]]
}

repository_list() {
  aws_send "$1" "$restic_host/$restic_bucket?list-type=2&max-keys=1&prefix=${restic_prefix//\//%2F}%2F" \
    "header = \"x-amz-content-sha256: $repository_empty_body\""
}

# repository_read <folder> <path below the repository>...: each into a file of its last name, over one connection and in one
# attempt. Of secrets there are none in a path.
repository_read() {
  local folder=$1 path config=""
  shift
  metadata_credentials || return 1
  for path in "$@"; do
    config+="url = \"$restic_host/$restic_bucket/$restic_prefix/$path\""$'\n'"output = \"$folder/${path##*/}\""$'\n'
  done
  config+="header = \"x-amz-content-sha256: $repository_empty_body\""
  printf '%s\n' "$credential_config" "$config" | curl --disable --config - --silent --fail --fail-early \
    --aws-sigv4 "aws:amz:$MOONBASE_REGION:s3" --connect-timeout 5 --max-time 20
}

# A folder for what restic says, gone with the script.
restic_scratch() {
  local folder
  folder=$(body_path /run/moonbase)/restic.$$
  install -d -m 700 "${folder%/*}" "$folder"
  printf '%s' "$folder"
}

restic_clear() {
  rm -rf "$(body_path /run/moonbase)/restic.$$"
}
