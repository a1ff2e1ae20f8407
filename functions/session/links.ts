/** Where the console shows an execution. */
export function executionLink(arn: string): string {
  const region = arn.split(":")[3] ?? "";
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
}
