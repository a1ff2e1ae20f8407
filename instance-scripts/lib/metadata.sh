# shellcheck shell=bash
# The instance metadata service, version 2 only: a session token first, then every question with it.

metadata_token=""
metadata_role=""
credential_config=""
credential_until=0

# metadata_ask <curl config> <path>: config on stdin, because argv can be read by every user of the machine. Local
# addresses never go through a proxy.
metadata_ask() {
  local endpoint=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
  printf '%s\n' "$1" | curl --disable --config - --noproxy '*' --silent --fail --connect-timeout 2 \
    --max-time 5 "${endpoint%/}/latest/$2"
}

metadata_sign_in() {
  metadata_token=$(metadata_ask $'request = "PUT"\nheader = "x-aws-ec2-metadata-token-ttl-seconds: 21600"' api/token)
}

metadata_get() {
  metadata_fetch "meta-data/$1"
}

# metadata_fetch <path>: the answer is in METADATA_VALUE (a subshell would lose the token). What is not there yet a
# second after boot, such as the role's credentials, is asked for again.
metadata_fetch() {
  local attempt attempts=${MOONBASE_METADATA_ATTEMPTS:-5}
  METADATA_VALUE=""
  for ((attempt = 1; attempt <= attempts; attempt++)); do
    if [[ -n $metadata_token ]] || metadata_sign_in; then
      if METADATA_VALUE=$(metadata_ask "header = \"x-aws-ec2-metadata-token: $metadata_token\"" "$1"); then
        return 0
      fi
    fi
    metadata_token=""
    sleep "${MOONBASE_METADATA_PAUSE_SECONDS:-1}"
  done
  log warn metadata-silent path "$1" attempts "$attempts"
  return 1
}

# metadata_look <path>...: one look at each path, without patience. METADATA_VALUES gets an answer for each, empty for what
# is not there. Returns 1 when the service said neither, which tells nothing of what is there.
metadata_look() {
  local endpoint=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254} line value=""
  METADATA_VALUES=()
  if [[ -z $metadata_token ]] && ! metadata_sign_in; then return 1; fi
  while IFS= read -r line; do
    case $line in
      status:200) METADATA_VALUES+=("$value") value="" ;;
      status:404) METADATA_VALUES+=("") value="" ;;
      status:*)
        metadata_token=""
        return 1
        ;;
      *) value+=$line ;;
    esac
  done < <(
    {
      printf 'header = "x-aws-ec2-metadata-token: %s"\n' "$metadata_token"
      printf "url = \"${endpoint%/}/latest/meta-data/%s\"\n" "$@"
    } | curl --disable --config - --noproxy '*' --silent --fail --connect-timeout 2 --max-time 5 \
      --write-out '\nstatus:%{http_code}\n'
  )
  ((${#METADATA_VALUES[@]} == $#))
}

# metadata_expect <path> <extended regular expression> [<its value, if it is known>]: shapes are checked, because these
# values become part of names, addresses and JSON.
metadata_expect() {
  METADATA_VALUE=${3:-}
  [[ -n $METADATA_VALUE ]] || metadata_get "$1" || die "the metadata service has no $1"
  [[ $METADATA_VALUE =~ $2 ]] || die "the metadata service has a malformed $1"
}

# All in one look, the role's name too; what it does not answer is asked for with patience.
metadata_identity() {
  local known
  metadata_look instance-id placement/region tags/instance/moonbase:{stage,session} iam/security-credentials/ ||
    METADATA_VALUES=()
  known=("${METADATA_VALUES[@]}")
  metadata_expect instance-id '^i-[0-9a-f]{8,17}$' "${known[0]:-}"
  export MOONBASE_INSTANCE_ID=$METADATA_VALUE
  metadata_expect placement/region '^[a-z]{2}(-[a-z]+)+-[0-9]+$' "${known[1]:-}"
  export MOONBASE_REGION=$METADATA_VALUE
  metadata_expect tags/instance/moonbase:stage '^[a-z][a-z0-9-]{0,15}$' "${known[2]:-}"
  export MOONBASE_STAGE=$METADATA_VALUE
  metadata_expect tags/instance/moonbase:session '^[A-Za-z0-9][A-Za-z0-9-]{0,39}$' "${known[3]:-}"
  export MOONBASE_SESSION=$METADATA_VALUE
  metadata_role=${known[4]:-}
}

# The account that the machine is in: not part of its metadata proper.
metadata_account() {
  metadata_fetch dynamic/instance-identity/document || die "the metadata service has no identity document"
  [[ $METADATA_VALUE =~ \"accountId\"[[:space:]]*:[[:space:]]*\"([0-9]{12})\" ]] || die "the identity document names no account"
  METADATA_VALUE=${BASH_REMATCH[1]}
}

# The role's credentials as lines of curl config, never exported. They live for hours; asked for again every five minutes.
metadata_credentials() {
  local role=$metadata_role name found=()
  if [[ -n $credential_config ]] && ((EPOCHSECONDS < credential_until)); then
    return 0
  fi
  # Good for the first time alone: the machine may get another role.
  metadata_role=""
  if [[ -z $role ]]; then
    metadata_get iam/security-credentials/ || return 1
    role=${METADATA_VALUE%%$'\n'*}
  fi
  metadata_get "iam/security-credentials/$role" || return 1
  credential_config=""
  # In bash, because every script comes by here: letters, digits and a few signs, never escaped.
  for name in AccessKeyId SecretAccessKey Token; do
    [[ $METADATA_VALUE =~ \"$name\"[[:space:]]*:[[:space:]]*\"([^\"\\]+)\" ]] || return 1
    found+=("${BASH_REMATCH[1]}")
  done
  credential_config="user = \"${found[0]}:${found[1]}\""$'\n'"header = \"x-amz-security-token: ${found[2]}\""
  METADATA_VALUE=""
  credential_until=$((EPOCHSECONDS + 300))
}

metadata_forget_credentials() {
  credential_config=""
}
