import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const folder = join(import.meta.dirname, "../../workflows");
const files = readdirSync(folder).filter((name) => name.endsWith(".asl.json"));

const retrier = z.looseObject({
  MaxAttempts: z.int(),
  MaxDelaySeconds: z.int().optional(),
  JitterStrategy: z.string().optional(),
});
const state = z.looseObject({
  Type: z.string(),
  Comment: z.string().optional(),
  TimeoutSeconds: z.int().optional(),
  Retry: z.array(retrier).optional(),
  Catch: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).optional(),
});
const machine = z.looseObject({
  Comment: z.string(),
  TimeoutSeconds: z.int(),
  States: z.record(z.string(), state),
});

describe.each(files)("%s", (file) => {
  const { Comment, States } = machine.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
  const tasks = Object.entries(States).filter(([, { Type }]) => Type === "Task");

  it("is valid by the Amazon States Language", () => {
    execFileSync("asl-validator", ["--json-path", join(folder, file)], { stdio: "pipe" });
  });

  it("tells its story in a comment", () => {
    expect(Comment.length).toBeGreaterThan(60);
  });

  it.each(tasks)("%s has a timeout, and waits longer and longer before it asks again", (_, task) => {
    expect(task.TimeoutSeconds).toBeGreaterThan(0);
    for (const { MaxAttempts, MaxDelaySeconds, JitterStrategy } of task.Retry ?? []) {
      if (MaxAttempts === 0) continue;
      expect({ JitterStrategy, capped: (MaxDelaySeconds ?? 0) > 0 }).toEqual({
        JitterStrategy: "FULL",
        capped: true,
      });
    }
    expect(task.Retry?.some(({ MaxAttempts }) => MaxAttempts > 0)).toBe(true);
  });

  it.each(tasks)("%s catches everything, and what it catches never ends in success", (_, task) => {
    const [caught] = task.Catch ?? [];
    expect(caught?.ErrorEquals).toEqual(["States.ALL"]);
    expect(endsOf(States, caught?.Next ?? "")).toEqual(["Fail"]);
  });
});

/** The types of the states in which a story can end that goes on from here, without catching again. */
function endsOf(states: Record<string, z.infer<typeof state>>, from: string): string[] {
  const seen = new Set<string>();
  const ends = new Set<string>();
  const visit = (name: string) => {
    const here = states[name];
    if (here === undefined || seen.has(name)) return;
    seen.add(name);
    const choices = z.array(z.looseObject({ Next: z.string() })).safeParse(here.Choices).data ?? [];
    const next = [here.Next, here.Default, ...choices.map(({ Next }) => Next)].filter(
      (to) => typeof to === "string",
    );
    if (next.length === 0) ends.add(here.Type);
    next.forEach(visit);
  };
  visit(from);
  return [...ends];
}
