# shellcheck shell=bash
# Tags on the machine itself: what it says of itself to whoever looks.

# tag_itself <the key after "moonbase:"> <value>: a form body; only what a tag value may hold is left, so that a
# message with odd characters still becomes a tag.
tag_itself() {
  local value=${2//[^A-Za-z0-9 _.:\/=+@-]/ } encoded="" character index
  value=${value:0:256}
  for ((index = 0; index < ${#value}; index++)); do
    character=${value:index:1}
    case $character in
      [A-Za-z0-9_.-]) encoded+=$character ;;
      *)
        printf -v character '%%%02X' "'$character"
        encoded+=$character
        ;;
    esac
  done
  local body="Action=CreateTags&Version=2016-11-15&ResourceId.1=$MOONBASE_INSTANCE_ID"
  body+="&Tag.1.Key=moonbase%3A$1&Tag.1.Value=$encoded"
  MOONBASE_AWS_ATTEMPTS=2 MOONBASE_AWS_TIMEOUT_SECONDS=${MOONBASE_TAG_TIMEOUT_SECONDS:-5} aws_call ec2 "" "$body"
}
