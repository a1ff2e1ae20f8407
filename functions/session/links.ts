/** The region that an ARN is in. */
export const regionOf = (arn: string): string => arn.split(":")[3] ?? "";

/** Where the console shows an execution. */
export function executionLink(arn: string): string {
  const region = regionOf(arn);
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
}
