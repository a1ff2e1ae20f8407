import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { projectFolder } from "../../local/project.ts";

const machine = z.object({
  States: z.record(z.string(), z.looseObject({ Type: z.string(), Resource: z.string().optional() })),
});

function statesOf(workflow: string) {
  const text = readFileSync(join(projectFolder, "workflows", `${workflow}.asl.json`), "utf8");
  return Object.entries(machine.parse(JSON.parse(text)).States);
}

const namesOf = (
  workflow: string,
  wanted: (state: { Type: string; Resource?: string | undefined }) => boolean,
) => new Set(statesOf(workflow).flatMap(([name, state]) => (wanted(state) ? name : [])));

const isLambda = ({ Resource = "" }: { Resource?: string | undefined }) => /lambda/i.test(Resource);

/** The states in which a function is at work. */
export const lambdaStates = {
  launch: namesOf("launch", isLambda),
  teardown: namesOf("teardown", isLambda),
  extend: namesOf("extend", isLambda),
  backup: namesOf("backup", isLambda),
};

/** Of a backup target alone, whose one volume would make one case of another: what they may do is in target.test.ts. */
const ofTheKeptVolume = ["launch · AttachVolume", "launch · AwaitVolume"];

/**
 * The states that last: a choice, a success and a failure are over when they begin. Stop in an extension ends no session,
 * and its one write is whole or not done.
 */
export const lastingStates = (["launch", "teardown", "backup"] as const)
  .flatMap((workflow) =>
    [...namesOf(workflow, ({ Type }) => ["Task", "Wait"].includes(Type))].map(
      (state) => `${workflow} · ${state}`,
    ),
  )
  .filter((state) => !ofTheKeptVolume.includes(state));
