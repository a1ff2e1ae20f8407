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

# parameters_read <key>...: all of them in one call, in PARAMETER_VALUES in this order. Returns 1 when one is missing.
parameters_read() {
  local key names=""
  PARAMETER_VALUES=()
  for key in "$@"; do names+="${names:+,}\"$(parameter_name "$key")\""; done
  aws_call ssm AmazonSSM.GetParameters "{\"Names\":[$names],\"WithDecryption\":true}" || return 1
  mapfile -d '' PARAMETER_VALUES < <(printf '%s' "$AWS_REPLY" | python3 -IS -c '
import json, sys
known = {one["Name"]: one["Value"] for one in json.load(sys.stdin)["Parameters"]}
for name in json.loads(sys.argv[1]):
    print(known[name], end="\0")
' "[$names]" 2>/dev/null)
  AWS_REPLY=""
  if ((${#PARAMETER_VALUES[@]} == $#)); then return 0; fi
  # The first that is missing ends what was printed.
  AWS_ERROR="ParameterNotFound $(parameter_name "${@:${#PARAMETER_VALUES[@]}+1:1}")"
  return 1
}

# parameter_find <key>: the same for one that may be missing. Empty then; dies when nobody can tell.
parameter_find() {
  if parameter_read "$1" || [[ $AWS_ERROR == ParameterNotFound ]]; then return 0; fi
  die "the parameter $(parameter_name "$1") cannot be read: $AWS_ERROR"
}
