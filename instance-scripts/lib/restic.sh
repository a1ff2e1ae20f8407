# shellcheck shell=bash
# The repository that the home is kept in, and restic as we call it. The password goes through a pipe: it is in no
# argument, no environment and no file. restic asks the metadata service for the role's credentials by itself.

restic_repository=""
restic_password=""

# Where the repository is and what opens it. Dies when that is not known.
restic_open() {
  local endpoint=${AWS_ENDPOINT_URL_S3:-${AWS_ENDPOINT_URL:-}}
  parameter_read restic/repo || die "the repository is not known: $(parameter_name restic/repo): $AWS_ERROR"
  restic_repository=$PARAMETER_VALUE
  [[ $restic_repository =~ ^s3:(https?://[^/]+)/([a-z0-9.-]+)/([A-Za-z0-9._/-]+)$ ]] ||
    die "$(parameter_name restic/repo) is no repository in S3"
  restic_host=${endpoint:-${BASH_REMATCH[1]}}
  restic_host=${restic_host%/}
  restic_bucket=${BASH_REMATCH[2]}
  restic_prefix=${BASH_REMATCH[3]%/}
  restic_repository=s3:$restic_host/$restic_bucket/$restic_prefix
  parameter_read restic/password || die "the repository's password cannot be read: $AWS_ERROR"
  restic_password=$PARAMETER_VALUE
  PARAMETER_VALUE=""
  [[ -n $restic_password ]] || die "the repository's password is empty"
}

# restic_run <file for what it says> <argument>...: restic's own status. What it complains of is in that file's
# neighbour, .errors. Locks of others are waited for.
restic_run() {
  local said=$1 status=0 credentials=()
  shift
  restic_lend_credentials credentials
  env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN "${credentials[@]}" \
    AWS_DEFAULT_REGION="$MOONBASE_REGION" RESTIC_REPOSITORY="$restic_repository" RESTIC_PASSWORD_FILE=/dev/fd/3 \
    RESTIC_CACHE_DIR="$(body_path /var/cache/moonbase/restic)" RESTIC_PROGRESS_FPS=0 \
    restic --json --cleanup-cache --retry-lock "${MOONBASE_RESTIC_LOCK_WAIT:-20s}" "$@" \
    3< <(printf '%s\n' "$restic_password") </dev/null >"$said" 2>"$said.errors" || status=$?
  return "$status"
}

# restic knows one address of the metadata service. Where it is at another, what it says is lent in a file in memory.
restic_lend_credentials() {
  local -n lent=$1
  local file
  if [[ -z ${AWS_EC2_METADATA_SERVICE_ENDPOINT:-} ]]; then return 0; fi
  metadata_credentials || die "the role has no credentials"
  file=$(restic_scratch)/credentials
  (umask 077 && python3 -c '
import re, sys
config = sys.stdin.read()
key, secret = re.search(r"user = \"([^:]+):([^\"]+)\"", config).groups()
token = re.search(r"x-amz-security-token: ([^\"]+)\"", config)[1]
print(f"[default]\naws_access_key_id={key}\naws_secret_access_key={secret}\naws_session_token={token}")
' <<<"$credential_config" >"$file.new" && mv "$file.new" "$file") || die "the role's credentials cannot be lent"
  # A name reference: the caller's array.
  # shellcheck disable=SC2034
  lent=(AWS_SHARED_CREDENTIALS_FILE="$file")
}

# restic_wait_for_locks <file> <argument>...: restic's own status. Locks that the dead have left are removed once; restic
# itself tells them from those of the living.
restic_wait_for_locks() {
  local status=0
  restic_run "$@" || status=$?
  if ((status != 11)); then return "$status"; fi
  log warn repository-locked command "$2"
  restic_run "$1" unlock || true
  restic_run "$@"
}

# restic_do <purpose> <file> <argument>...: the same, but dies with one clear sentence.
restic_do() {
  local purpose=$1 said=$2 status=0
  shift 2
  restic_wait_for_locks "$said" "$@" || status=$?
  if ((status == 0)); then return 0; fi
  # Three: a snapshot was made, but something could not be read. Whoever made it judges.
  if ((status == 3)) && [[ $1 == backup ]]; then return 3; fi
  die "$purpose: $(restic_explain "$status" "$said.errors")"
}
