# shellcheck shell=bash
# Sends what our units and cloud-init have written into the journal since the last time to CloudWatch Logs: no agent, and
# nothing of anybody else's. What could not be sent is sent the next time.

# logs_send <blueprint>
logs_send() {
  local group=/moonbase/$MOONBASE_STAGE/$1 stream=$MOONBASE_SESSION/$MOONBASE_INSTANCE_ID
  local from=(--boot) cursor batch events
  cursor=$(state_read logs-cursor)
  if [[ -n $cursor ]]; then from=(--after-cursor "$cursor"); fi
  batch=$(journalctl --quiet --output json "${from[@]}" \
    --unit 'moonbase-*' --unit cloud-final.service | python3 "$MOONBASE_HOME/lib/journal.py" "$group" "$stream")
  if [[ -z $batch ]]; then return 0; fi
  cursor=${batch%%$'\n'*}
  events=${batch#*$'\n'}
  if ! aws_call logs Logs_20140328.PutLogEvents "$events"; then
    [[ $AWS_ERROR == ResourceNotFoundException ]] || die "the logs were not taken: $AWS_ERROR"
    aws_call logs Logs_20140328.CreateLogStream "{\"logGroupName\":\"$group\",\"logStreamName\":\"$stream\"}" ||
      die "there is no log group $group, or it cannot be written to: $AWS_ERROR"
    aws_call logs Logs_20140328.PutLogEvents "$events" || die "the logs were not taken: $AWS_ERROR"
  fi
  state_write logs-cursor "$cursor"
}
