/**
 * `npm test`: every kind of check, one after the other, and one line at the end that counts them.
 * What this machine cannot run is named there too; nothing is skipped in silence.
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

/** Runs a program with its output shown; answers its exit code, or undefined when there is no such program. */
function run(
  command: string,
  args: string[],
  onLine: (line: string) => void = () => {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      process.stdout.write(text);
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
async function check(name: string, command: string, args: string[]): Promise<Outcome> {
  process.stdout.write(`\n== ${name}\n`);
  const code = await run(command, args);
  if (code === undefined) return { passed: 0, failed: 0, notRun: [`${name}: ${command} is missing`] };
  return { passed: Number(code === 0), failed: Number(code !== 0), notRun: [] };
}

const report = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numFailedTestSuites: z.int() });

async function vitest(name: string, projects: string[]): Promise<Outcome> {
  process.stdout.write(`\n== ${name} (vitest)\n`);
  const outputFile = `.local/vitest-${projects.join("-")}.json`;
  mkdirSync(".local", { recursive: true });
  rmSync(outputFile, { force: true });
  const chosen = projects.flatMap((project) => ["--project", project]);
  const args = ["run", ...chosen, "--reporter=dot", "--reporter=json", `--outputFile.json=${outputFile}`];
  const code = await run("vitest", args);
  // There is no report when the engine did not even come up.
  if (!existsSync(outputFile)) return { passed: 0, failed: 1, notRun: [] };
  const { numPassedTests, numFailedTests, numFailedTestSuites } = report.parse(
    JSON.parse(readFileSync(outputFile, "utf8")),
  );
  // A file that breaks while it loads has no failed test of its own.
  const failed = Math.max(numFailedTests, Number(numFailedTestSuites > 0), Number(code !== 0));
  return { passed: numPassedTests, failed, notRun: [] };
}

/** Whole systems as machines: what they need, not every computer has. */
async function bodies(): Promise<Outcome> {
  const missing = missingForNspawn();
  if (missing !== undefined) return { passed: 0, failed: 0, notRun: [`real machines: ${missing}`] };
  return vitest("real machines", ["bodies"]);
}

/** TAP: one line "ok" or "not ok" a test. */
async function bats(): Promise<Outcome> {
  process.stdout.write("\n== machine scripts (bats)\n");
  const outcome: Outcome = { passed: 0, failed: 0, notRun: [] };
  const code = await run("bats", ["--jobs", "2", "--formatter", "tap", "test/scripts"], (line) => {
    if (/^ok \d+ .*# skip/.test(line)) outcome.notRun.push(`scripts: ${line}`);
    else if (/^ok \d+/.test(line)) outcome.passed += 1;
    else if (/^not ok \d+/.test(line)) outcome.failed += 1;
  });
  if (code === undefined) outcome.notRun.push("machine scripts: bats is missing");
  else if (code !== 0 && outcome.failed === 0) outcome.failed = 1;
  return outcome;
}

const outcomes = [
  await check("style (biome)", "biome", ["check", "."]),
  await check("types (tsc)", "tsc", ["--noEmit"]),
  await vitest("unit, infra, workflows and the local engine", ["unit", "infra", "engine"]),
  await vitest("faults on the wire", ["faults"]),
  // Apart from the others: a root file system is built from outside, and their engine seals its process.
  await bodies(),
  await bats(),
];
for (const line of outcomes.flatMap(({ notRun }) => notRun)) process.stdout.write(`did not run: ${line}\n`);
const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + count(one), 0);
const failed = sum((outcome) => outcome.failed);
process.stdout.write(`\n${sum((outcome) => outcome.passed)} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
