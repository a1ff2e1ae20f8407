import { join } from "node:path";
import { styleText } from "node:util";
import { namesOf } from "../../functions/session/names.ts";
import { account, region } from "../environment.ts";
import { type LeftOut, leftOut } from "../left-out.ts";

/** What is left out, for a person. */
export function leftOutText(): string {
  const lines = Object.values<LeftOut>(leftOut).flatMap(({ what, why, instead }) => [
    `  ${styleText("yellow", what)}: ${why}`,
    styleText("dim", `    instead: ${instead}`),
  ]);
  return ["Left out here, or stood in for:", ...lines].join("\n");
}

/** How to do by hand what was just shown. */
export function byHandText(folder: string, stage: string): string {
  const names = namesOf(stage);
  const machine = (name: string) =>
    `arn:aws:states:${region}:${account}:stateMachine:${names.workflow(name)}`;
  const start = (workflow: string, name: string, input: string) =>
    `aws stepfunctions start-execution --state-machine-arn ${machine(workflow)} --name ${name} --input '${input}'`;
  return [
    "By hand, in another terminal:",
    `  source ${join(folder, "env")}`,
    `  ${start("launch", "mine", '{"blueprint":"admin"}')}`,
    "  aws ec2 describe-instances --query 'Reservations[].Instances[].[InstanceId,State.Name,Tags]'",
    `  ${start("teardown", "mine-by-hand", '{"session":"mine"}')}`,
    styleText("bold", "Ctrl-C ends the engine and leaves nothing behind."),
  ].join("\n");
}
