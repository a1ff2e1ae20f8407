# shellcheck shell=bash
# A figure that a machine tells CloudWatch, beside those that the functions write into their logs (docs/metrics.md).

# metric_put <name> <whole number>: of type Count, for the stage. Returns 1 when it was not taken, with AWS_ERROR.
metric_put() {
  local entry=MetricData.member.1
  aws_call monitoring "" "Action=PutMetricData&Version=2010-08-01&Namespace=Moonbase&$entry.MetricName=$1&$entry.Value=$2&$entry.Unit=Count&$entry.Dimensions.member.1.Name=stage&$entry.Dimensions.member.1.Value=$MOONBASE_STAGE"
}
