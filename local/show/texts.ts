import { join } from "node:path";
import { styleText } from "node:util";
import { namesOf } from "../../functions/session/names.ts";
import type { BodyKind } from "../bodies/kinds.ts";
import { account, region } from "../environment.ts";
import { leftOutOf } from "../left-out.ts";

export const usage =
  "npm start -- [--once] [--json] [--body process|nspawn] [--port NUMBER, and the one after it; 4566 by default]";

/** What is left out, for a person: a line each; the file has the reasons. */
export function leftOutText(body: BodyKind): string {
  const lines = Object.values(leftOutOf(body)).map(({ what }) => `  ${styleText("yellow", what)}`);
  return ["Left out here, or stood in for (why, and by what: local/left-out.ts):", ...lines].join("\n");
}

/** How to do by hand what was just shown. */
export function byHandText(folder: string, stage: string): string {
  const names = namesOf(stage);
  const machine = (name: string) =>
    `arn:aws:states:${region}:${account}:stateMachine:${names.workflow(name)}`;
  const start = (workflow: string, name: string, input: string) =>
    `aws stepfunctions start-execution --name ${name} --state-machine-arn ${machine(workflow)} --input '${input}'`;
  const execution = `${machine("launch").replace(":stateMachine:", ":execution:")}:tea`;
  return [
    "By hand, in another terminal (a new name for each session and each teardown):",
    `  source '${join(folder, "env")}'`,
    `  ${start("launch", "tea", '{"blueprint":"admin"}')}`,
    `  aws stepfunctions describe-execution --query '[status,output,cause]' --execution-arn ${execution}`,
    `  ${start("teardown", "tea-end", '{"session":"tea"}')}`,
    "Instead of the last one, spot can take the machine away, with two minutes' notice:",
    "  npx node local/interrupt.ts tea",
    styleText("bold", "Ctrl-C ends the engine and leaves nothing behind."),
  ].join("\n");
}
