import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { settings } from "./settings.ts";

/** Every metric, with its unit; docs/metrics.md says when each is counted. CloudWatch gives ten for nothing. */
export const metricUnits = {
  SessionsEnded: MetricUnit.Count,
  SessionHours: MetricUnit.NoUnit,
  SessionCost: MetricUnit.NoUnit,
  LaunchesReady: MetricUnit.Count,
  LaunchesFailed: MetricUnit.Count,
  TimeToReady: MetricUnit.Seconds,
  Interruptions: MetricUnit.Count,
  SavesFailed: MetricUnit.Count,
} as const;
export type MetricName = keyof typeof metricUnits;

const namespace = "Moonbase";

/**
 * Counts what has just been written down: a line of JSON in the log, of which CloudWatch makes metrics. It costs no call
 * and no permission. A function that dies between the write and this line counts too little, never too much.
 */
export function count(session: string, values: Partial<Record<MetricName, number>>): void {
  // Made anew each time: what is left over of a call that broke off must not be counted with the next one.
  const metrics = new Metrics({ namespace });
  // A metric is paid for by the combination of its dimensions: one a stage, and not one for each function.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ stage: settings().stage });
  metrics.addMetadata("session", session);
  for (const [name, unit] of Object.entries(metricUnits)) {
    const value = new Map(Object.entries(values)).get(name);
    if (value !== undefined) metrics.addMetric(name, unit, value);
  }
  metrics.publishStoredMetrics();
}
