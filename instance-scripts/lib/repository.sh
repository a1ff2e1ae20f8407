# shellcheck shell=bash
# Making the repository, once for all boxes. A repository that cannot be opened is never answered with a new one.

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
  local empty_body=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  aws_send "$1" "$restic_host/$restic_bucket?list-type=2&max-keys=1&prefix=${restic_prefix//\//%2F}%2F" \
    "header = \"x-amz-content-sha256: $empty_body\""
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
