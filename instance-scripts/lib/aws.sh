# shellcheck shell=bash
# Signed calls to AWS before any AWS CLI is installed (curl 7.88 or newer). Credentials and bodies reach curl as a
# config on its stdin: neither argv nor a file ever holds a secret.
#
# A call leaves its outcome in AWS_REPLY (the body), AWS_ERROR (the error's name) and AWS_UNSURE (yes when an attempt
# may have been carried out although no answer came back).

aws_quote() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  text=${text//$'\r'/\\r}
  printf '"%s"' "$text"
}

# aws_endpoint <name in the variable> <name in the host>: the variables are those of every AWS SDK.
aws_endpoint() {
  local own="AWS_ENDPOINT_URL_$1"
  local given=${!own:-${AWS_ENDPOINT_URL:-}}
  printf '%s' "${given:-https://$2.$MOONBASE_REGION.amazonaws.com}"
}

# aws_attempt <signing name> <target, or nothing> <body>
aws_attempt() {
  local service=$1 target=$2 endpoint type config
  case $service in
    ec2) endpoint=$(aws_endpoint EC2 ec2) type="application/x-www-form-urlencoded; charset=utf-8" ;;
    events) endpoint=$(aws_endpoint EVENTBRIDGE events) type="application/x-amz-json-1.1" ;;
    monitoring) endpoint=$(aws_endpoint CLOUDWATCH monitoring) type="application/x-www-form-urlencoded; charset=utf-8" ;;
    logs) endpoint=$(aws_endpoint CLOUDWATCH_LOGS logs) type="application/x-amz-json-1.1" ;;
    ssm) endpoint=$(aws_endpoint SSM ssm) type="application/x-amz-json-1.1" ;;
    states) endpoint=$(aws_endpoint SFN states) type="application/x-amz-json-1.0" ;;
    *) die "no endpoint is known for $service" ;;
  esac
  config="header = $(aws_quote "content-type: $type")"
  if [[ -n $target ]]; then config+=$'\n'"header = $(aws_quote "x-amz-target: $target")"; fi
  config+=$'\n'"data-raw = $(aws_quote "$3")"
  aws_send "$service" "${endpoint%/}/" "$config"
}

# aws_send <signing name> <address> <curl config>: one signed request.
aws_send() {
  local timeout=${MOONBASE_AWS_TIMEOUT_SECONDS:-10} status failure=0 reply
  if [[ -n ${MOONBASE_DEADLINE:-} ]] && ! clock_is_over; then
    timeout=$(($(clock_remaining) < timeout ? $(clock_remaining) : timeout))
  fi
  if ! metadata_credentials; then
    AWS_ERROR=NoCredentials
    return 1
  fi
  reply=$(
    printf '%s\n' "$credential_config" "$3" | curl --disable --config - --silent \
      --aws-sigv4 "aws:amz:$MOONBASE_REGION:$1" --connect-timeout 5 --max-time "$timeout" --write-out '\n%{http_code}' "$2"
  ) || failure=$?
  status=${reply##*$'\n'}
  AWS_REPLY=${reply%$'\n'*}
  aws_judge "$status" "$failure"
}

# aws_judge <status> <curl's exit code>: success, or the error by its name.
aws_judge() {
  local named='"(__type|code)"[[:space:]]*:[[:space:]]*"([^"]+)"' marked='<Code>([^<]+)</Code>'
  AWS_ERROR=""
  if (($2 != 0)); then
    AWS_ERROR=Unreachable-curl-$2
    # 5, 6 and 7: no connection was made, so nothing can have been carried out.
    if (($2 > 7)); then AWS_UNSURE=yes; fi
    return 1
  fi
  if [[ $1 == 2?? ]]; then return 0; fi
  if [[ $AWS_REPLY =~ $named ]]; then
    AWS_ERROR=${BASH_REMATCH[2]##*#}
    AWS_ERROR=${AWS_ERROR%%:*}
  elif [[ $AWS_REPLY =~ $marked ]]; then
    AWS_ERROR=${BASH_REMATCH[1]}
  else
    AWS_ERROR=Http$1
  fi
  if [[ $1 == 5?? ]]; then
    AWS_UNSURE=yes
    # Whatever it is called, an error on the service's side may pass.
    AWS_ERROR=ServerError-$AWS_ERROR
  fi
  return 1
}

aws_error_may_pass() {
  case $1 in
    Unreachable-* | ServerError-* | NoCredentials | Http429 | Http408) return 0 ;;
    Throttling* | RequestLimitExceeded | TooManyRequests* | SlowDown | RequestTimeout* | RequestExpired) return 0 ;;
    ExpiredToken*) return 0 ;;
    *) return 1 ;;
  esac
}

# aws_call <signing name> <target, or nothing> <body>
aws_call() {
  aws_persist aws_attempt "$@"
}

# aws_persist <function> <signing name> <target> <argument>...: bounded attempts with full jitter, permanent errors at once.
aws_persist() {
  local attempt attempts=${MOONBASE_AWS_ATTEMPTS:-4}
  # Not every script that calls wants to know.
  # shellcheck disable=SC2034
  AWS_UNSURE=no
  for ((attempt = 1; ; attempt++)); do
    if "$@"; then return 0; fi
    log warn aws-refused service "$2" target "$3" error "$AWS_ERROR" attempt "$attempt"
    if ((attempt >= attempts)) || ! aws_error_may_pass "$AWS_ERROR"; then return 1; fi
    if [[ -n ${MOONBASE_DEADLINE:-} ]] && clock_is_over; then return 1; fi
    if [[ $AWS_ERROR == ExpiredToken* ]]; then metadata_forget_credentials; fi
    sleep "$(aws_pause "$attempt")"
  done
}

# A pause somewhere between nothing and base × 2^attempt, in milliseconds inside because bash has no fractions.
aws_pause() {
  local base=${MOONBASE_AWS_BACKOFF_MILLISECONDS:-400} pause
  pause=$(((base << $1) * (RANDOM % 1000) / 1000))
  printf '%d.%03d' $((pause / 1000)) $((pause % 1000))
}
