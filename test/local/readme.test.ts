import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { projectFolder } from "../../local/project.ts";
import { gone, recordOf } from "../workflows/session.ts";
import { sharedEngine } from "./engine.ts";

const { folder, waitFor, stage } = sharedEngine();
const readme = readFileSync(join(projectFolder, "README.md"), "utf8");

/** Every block of commands, with the comment on the line before it. */
const blocks = [...readme.matchAll(/^(?:<!-- (.*) -->\n)?```sh\n([\s\S]*?)^```$/gm)].map(
  ([, note = "", commands = ""]) => ({ note, commands }),
);

describe("the README's commands", () => {
  it.each(blocks)("say who runs them: $commands", ({ note }) => {
    const [, test] = /^run by (\S+)$/.exec(note) ?? [];
    if (test !== undefined) expect(existsSync(join(projectFolder, test)), test).toBe(true);
    else expect(["needs AWS", "this is the suite that runs the others"]).toContain(note);
  });

  it("bring up a session by hand with the AWS CLI, and take it away", async () => {
    const here = mkdtempSync(join(tmpdir(), "moonbase-readme-"));
    onTestFinished(() => rmSync(here, { recursive: true }));
    mkdirSync(join(here, ".local"));
    symlinkSync(join(folder, "env"), join(here, ".local/env"));
    const [start = "", longer = "", end = ""] = blocks
      .filter(({ note }) => note === "run by test/local/readme.test.ts")
      .map(({ commands }) => commands);
    const bash = (commands: string) =>
      execFileSync("bash", ["--norc", "-euc", commands], {
        cwd: here,
        encoding: "utf8",
        env: { PATH: process.env.PATH, HOME: here },
      });

    expect(bash(start)).toContain(`execution:${stage}-launch:tea`);
    await waitFor(`arn:aws:states:us-east-1:000000000000:execution:${stage}-launch:tea`);
    expect(await recordOf("tea")).toMatchObject({ status: "ready" });

    // In the same terminal: what the first block sourced is still there.
    const sourced = start.split("\n")[0];
    expect(bash(`${sourced}\n${longer}`)).toContain(`execution:${stage}-extend:tea-longer`);
    await waitFor(`arn:aws:states:us-east-1:000000000000:execution:${stage}-extend:tea-longer`);
    expect(await recordOf("tea")).toHaveProperty("heldUntil");

    expect(bash(`${sourced}\n${end}`)).toContain("SUCCEEDED");
    expect(await gone("tea")).toMatchObject({ reason: "operator" });
  });
});
