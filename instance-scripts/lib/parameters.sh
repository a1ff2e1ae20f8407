# shellcheck shell=bash
# What the operator has configured for every box of this deployment: parameters, of which some are secret. A value is
# left in a variable that is never exported.

# parameter_name <key>: other stages live below their own name.
parameter_name() {
  if [[ $MOONBASE_STAGE == moonbase ]]; then
    printf '/devserver/%s' "$1"
  else
    printf '/%s/devserver/%s' "$MOONBASE_STAGE" "$1"
  fi
}

# parameter_read <key>: in PARAMETER_VALUE. Returns 1 when there is none, with the error's name in AWS_ERROR.
parameter_read() {
  PARAMETER_VALUE=""
  aws_call ssm AmazonSSM.GetParameter "{\"Name\":\"$(parameter_name "$1")\",\"WithDecryption\":true}" || return 1
  PARAMETER_VALUE=$(printf '%s' "$AWS_REPLY" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["Parameter"]["Value"])' 2>/dev/null) || {
    AWS_REPLY="" AWS_ERROR=ParameterMalformed
    return 1
  }
  AWS_REPLY=""
}

# parameter_find <key>: the same for one that may be missing. Empty then; dies when nobody can tell.
parameter_find() {
  if parameter_read "$1" || [[ $AWS_ERROR == ParameterNotFound ]]; then return 0; fi
  die "the parameter $(parameter_name "$1") cannot be read: $AWS_ERROR"
}
