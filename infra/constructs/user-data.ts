import { readFileSync } from "node:fs";
import { Fn } from "aws-cdk-lib";
import type { ScriptBundle } from "./script-bundle.ts";

const shebang = "#!/usr/bin/env bash\n";

/** Four assignments above the shipped stub: all that a machine is told before it knows its own session. */
export function userData(stubFile: string, blueprint: string, bundle: ScriptBundle): string {
  const stub = readFileSync(stubFile, "utf8");
  if (!stub.startsWith(shebang)) throw new Error(`${stubFile} does not start with ${shebang.trim()}`);
  const assignments = [
    `MOONBASE_BUNDLE_BUCKET=${bundle.bucket}`,
    `MOONBASE_BUNDLE_KEY=${bundle.key}`,
    `MOONBASE_BUNDLE_SHA256=${bundle.sha256}`,
    `MOONBASE_BLUEPRINT=${blueprint}`,
  ];
  return Fn.base64(`${shebang}${assignments.join("\n")}\n${stub.slice(shebang.length)}`);
}
