import { type Deployment, deployment } from "../functions/session/deployment.ts";
import { explain } from "../workflows/fields.ts";

export type Config = Deployment;

function unpacked(context: unknown): unknown {
  if (typeof context !== "string") return context ?? {};
  try {
    return JSON.parse(context);
  } catch {
    throw new Error(`context "moonbase" is not JSON: ${context.slice(0, 60)}`);
  }
}

/** Reads the context value "moonbase": an object in cdk.json, or JSON text from `-c moonbase='{…}'`. */
export function readConfig(context: unknown): Config {
  const input = unpacked(context);
  const result = deployment.safeParse(input);
  if (result.success) return result.data;
  throw new Error(`configuration "moonbase": ${explain(result.error, input)}`);
}
