import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";

/** The Amazon States Language as far as the checks read it; what they do not read stays as it is. */

const retrier = z.looseObject({
  ErrorEquals: z.array(z.string()),
  MaxAttempts: z.number().optional(),
  MaxDelaySeconds: z.number().optional(),
  JitterStrategy: z.string().optional(),
});
export type Retrier = z.infer<typeof retrier>;

const catcher = z.looseObject({
  ErrorEquals: z.array(z.string()),
  ResultPath: z.string().nullable().optional(),
  Next: z.string(),
});
export type Catcher = z.infer<typeof catcher>;

/** A rule of a Choice; only the outermost has a `Next`. */
const rule = z.looseObject({ Variable: z.string().optional(), Next: z.string().optional() });
export type Rule = z.infer<typeof rule>;

const path = z.string().nullable().optional();

export const state = z.looseObject({
  Type: z.string(),
  Comment: z.string().optional(),
  Resource: z.string().optional(),
  InputPath: path,
  Parameters: z.record(z.string(), z.unknown()).optional(),
  ItemSelector: z.record(z.string(), z.unknown()).optional(),
  ItemsPath: z.string().optional(),
  ResultSelector: z.record(z.string(), z.unknown()).optional(),
  ResultPath: path,
  OutputPath: path,
  TimeoutSeconds: z.number().optional(),
  Retry: z.array(retrier).optional(),
  Catch: z.array(catcher).optional(),
  Choices: z.array(rule).optional(),
  Default: z.string().optional(),
  Next: z.string().optional(),
  End: z.boolean().optional(),
  get Branches() {
    return z.array(machine).optional();
  },
  get ItemProcessor() {
    return machine.optional();
  },
  get Iterator() {
    return machine.optional();
  },
});
export type State = z.infer<typeof state>;

/** A whole workflow, a branch of a Parallel or the inside of a Map. */
export const machine = z.looseObject({
  Comment: z.string().optional(),
  TimeoutSeconds: z.number().optional(),
  StartAt: z.string(),
  States: z.record(z.string(), state),
});
export type Machine = z.infer<typeof machine>;

/** The machines inside a state: branches, or what a Map does with each item. */
export const machinesIn = ({ Branches, ItemProcessor, Iterator: older }: State): Machine[] => [
  ...(Branches ?? []),
  ...(ItemProcessor === undefined ? [] : [ItemProcessor]),
  ...(older === undefined ? [] : [older]),
];

/** Where a state can go, a caught error aside. */
export const successorsOf = ({ Next, Default, Choices }: State): string[] =>
  [Next, Default, ...(Choices ?? []).map((choice) => choice.Next)].filter((to) => to !== undefined);

const folder = join(import.meta.dirname, "../../../workflows");

/** Every workflow of the project: its name, its file, its definition. */
export const workflows = readdirSync(folder)
  .filter((name) => name.endsWith(".asl.json"))
  .map((name) => ({
    name: basename(name, ".asl.json"),
    file: join(folder, name),
    definition: machine.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))),
  }));
