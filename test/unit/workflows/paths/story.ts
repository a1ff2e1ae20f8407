import * as z from "zod";
import type { Machine } from "../definition.ts";
import { choice, task, workflow } from "../lint/sound.ts";
import { checkPaths } from "./check-paths.ts";

export const saved = z.object({
  outcome: z.enum(["saved", "empty"]),
  message: z.string(),
  size: z.number().optional(),
  place: z.string().nullable(),
  files: z.array(z.object({ name: z.string() })),
});
export const contracts = { answers: { save: saved }, callbacks: { save: z.object({ hostKey: z.string() }) } };

/** Saves with what is different about it, then judges what `rule` says of it. */
export const story = (
  save: Record<string, unknown>,
  rule: Record<string, unknown>,
  more: Record<string, unknown> = {},
) => workflow({ Save: task(save), Judge: choice({ BooleanEquals: undefined, ...rule }), ...more });

export const said = (definition: Machine) =>
  checkPaths(definition, contracts).map(({ where, what }) => `${where}: ${what}`);

export const outcome = { Variable: "$.Payload.outcome", StringEquals: "saved" };
export const callback = "arn:aws:states:::lambda:invoke.waitForTaskToken";
export const fail = (path: string) => ({ Fail: { Type: "Fail", CausePath: path } });
