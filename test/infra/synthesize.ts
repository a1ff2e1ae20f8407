import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { z } from "zod";
import { addMoonbase } from "../../infra/moonbase.ts";

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  DependsOn: z.array(z.string()).optional(),
});
export type Resource = z.infer<typeof resource>;
const template = z.object({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});
export type Template = z.infer<typeof template>;

export type StackName = "data" | "machines" | "control";
export const stackNames: StackName[] = ["data", "machines", "control"];

export interface Synthesis {
  directory: string;
  app: App;
  templates: Record<StackName, Template>;
  /** The templates as they are on disk, for what must not differ by a byte. */
  texts: Record<StackName, string>;
}

const cdkJson = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../cdk.json"), "utf8")));

const prefix = "moonbase-synth-";

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Test workers are killed, not ended, so each run clears away what dead ones have left. */
for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
  const [pid] = name.slice(prefix.length).split("-");
  if (!isAlive(Number(pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

/** What `cdk synth` does, in this process. Functions are bundled only where a test needs their code. */
export function synthesize({ moonbase = cdkJson.context.moonbase, bundle = false } = {}): Synthesis {
  const directory = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const app = new App({
    outdir: directory,
    analyticsReporting: false,
    context: { ...cdkJson.context, moonbase, "aws:cdk:bundling-stacks": bundle ? ["**"] : [] },
  });
  const { data, machines, control } = addMoonbase(app);
  app.synth();
  const read = (file: string) => readFileSync(join(directory, file), "utf8");
  const texts = {
    data: read(data.templateFile),
    machines: read(machines.templateFile),
    control: read(control.templateFile),
  };
  const parse = (text: string) => template.parse(JSON.parse(text));
  const templates = {
    data: parse(texts.data),
    machines: parse(texts.machines),
    control: parse(texts.control),
  };
  return { directory, app, templates, texts };
}

let once: Synthesis | undefined;

/** The default configuration, synthesized once for all tests of a worker. */
export function defaults(): Synthesis {
  once ??= synthesize();
  return once;
}

/** All that an operator can turn on, so that every statement which there can be is there. */
export const everything = {
  ownKey: true,
  devbox: { ansibleContent: "s3://my-playbooks/boxes/" },
};
let onceWithEverything: Synthesis | undefined;

export function withEverything(): Synthesis {
  onceWithEverything ??= synthesize({ moonbase: everything });
  return onceWithEverything;
}

export function resourcesOf(type: string, { Resources }: Template): Resource[] {
  return Object.values(Resources).filter((candidate) => candidate.Type === type);
}

/** The only resource of its type. */
export function onlyOne(type: string, from: Template): Resource {
  const [first, ...rest] = resourcesOf(type, from);
  if (first === undefined || rest.length > 0)
    throw new Error(`expected one ${type}, found ${rest.length + 1}`);
  return first;
}
