/**
 * `npm test`: every kind of check, and one line at the end that counts them. What this machine cannot run is named
 * there too; nothing is skipped in silence.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { missingForNspawn } from "../local/bodies/nspawn/needs.ts";

interface Outcome {
  passed: number;
  failed: number;
  notRun: string[];
}

type Write = (text: string) => void;

/** One kind of check. */
interface Stage {
  readonly name: string;
  readonly work: (write: Write) => Promise<Outcome>;
}

/** Runs a program with its output shown; answers its exit code, or undefined when there is no such program. */
function run(
  write: Write,
  command: string,
  args: string[],
  onLine: (line: string) => void = () => {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let rest = "";
    child.stderr.setEncoding("utf8").on("data", write);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      write(text);
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(onLine);
    });
    child.on("error", (error) => {
      if ("code" in error && error.code === "ENOENT") resolve(undefined);
      else reject(error);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** A check that is one program: it passes or it fails. */
const check = (name: string, command: string, ...args: string[]): Stage => ({
  name,
  work: async (write) => {
    const code = await run(write, command, args);
    if (code === undefined) return { passed: 0, failed: 0, notRun: [`${name}: ${command} is missing`] };
    return { passed: Number(code === 0), failed: Number(code !== 0), notRun: [] };
  },
});

const report = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numFailedTestSuites: z.int() });

const vitest = (name: string, ...projects: string[]): Stage => ({
  name,
  work: async (write) => {
    const outputFile = `.local/vitest-${projects.join("-")}.json`;
    mkdirSync(".local", { recursive: true });
    rmSync(outputFile, { force: true });
    const chosen = projects.flatMap((project) => ["--project", project]);
    const args = ["run", ...chosen, "--reporter=dot", "--reporter=json", `--outputFile.json=${outputFile}`];
    const code = await run(write, "vitest", args);
    // There is no report when the engine did not even come up.
    if (!existsSync(outputFile)) return { passed: 0, failed: 1, notRun: [] };
    const { numPassedTests, numFailedTests, numFailedTestSuites } = report.parse(
      JSON.parse(readFileSync(outputFile, "utf8")),
    );
    // A file that breaks while it loads has no failed test of its own.
    const failed = Math.max(numFailedTests, Number(numFailedTestSuites > 0), Number(code !== 0));
    return { passed: numPassedTests, failed, notRun: [] };
  },
});

/** Whole systems as machines: what they need, not every computer has. */
function bodies(): Stage {
  const name = "real machines";
  const missing = missingForNspawn();
  if (missing === undefined) return vitest(name, "bodies");
  return { name, work: async () => ({ passed: 0, failed: 0, notRun: [`${name}: ${missing}`] }) };
}

/** TAP: one line "ok" or "not ok" a test. */
const bats: Stage = {
  name: "machine scripts (bats)",
  work: async (write) => {
    const outcome: Outcome = { passed: 0, failed: 0, notRun: [] };
    const code = await run(write, "bats", ["--jobs", "2", "--formatter", "tap", "test/scripts"], (line) => {
      if (/^ok \d+ .*# skip/.test(line)) outcome.notRun.push(`scripts: ${line}`);
      else if (/^ok \d+/.test(line)) outcome.passed += 1;
      else if (/^not ok \d+/.test(line)) outcome.failed += 1;
    });
    if (code === undefined) outcome.notRun.push("machine scripts: bats is missing");
    else if (code !== 0 && outcome.failed === 0) outcome.failed = 1;
    return outcome;
  },
};

async function inTurn(stages: readonly Stage[], write: Write): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, work } of stages) {
    const start = performance.now();
    write(`\n== ${name}\n`);
    const outcome = await work(write);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    write(`\n== ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s\n`);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Two rows of stages at the same time: the first is shown as it goes, what the other says waits until then. */
async function sideBySide(first: readonly Stage[], second: readonly Stage[]): Promise<Outcome[]> {
  let kept: string[] | undefined = [];
  const show: Write = (text) => void process.stdout.write(text);
  const later: Write = (text) => (kept === undefined ? show(text) : void kept.push(text));
  const shown = inTurn(first, show).then((outcomes) => {
    for (const text of kept ?? []) show(text);
    kept = undefined;
    return outcomes;
  });
  return (await Promise.all([shown, inTurn(second, later)])).flat();
}

// Much of a test is waiting. The vitest runs have an engine each; two of them also start the one of the checkout, so
// they come one after the other.
const outcomes = await sideBySide(
  [
    check("style (biome)", "biome", "check", "."),
    check("types (tsc)", "tsc", "--noEmit"),
    vitest("unit, infra, workflows and the local engine", "unit", "infra", "engine"),
    bodies(),
  ],
  [vitest("faults on the wire", "faults"), bats, vitest("backups that are hit", "restic")],
);
for (const line of outcomes.flatMap(({ notRun }) => notRun)) process.stdout.write(`did not run: ${line}\n`);
const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + count(one), 0);
const failed = sum((outcome) => outcome.failed);
process.stdout.write(`\n${sum((outcome) => outcome.passed)} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
