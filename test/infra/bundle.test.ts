import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { list } from "tar";
import { afterAll, describe, expect, test } from "vitest";
import { packScripts } from "../../infra/constructs/script-bundle.ts";
import { resourcesOf, stackNames, synthesize } from "./synthesize.ts";

describe("functions, really bundled", () => {
  const { directory, templates } = synthesize({ bundle: true });
  const bundles = globSync("asset.*/index.mjs", { cwd: directory }).map((file) => join(directory, file));

  test("are one file each", () => {
    const functions = stackNames.flatMap((stack) => resourcesOf("AWS::Lambda::Function", templates[stack]));
    expect(bundles).toHaveLength(functions.length);
  });

  // They lie in a temporary folder: an SDK that was not bundled could not be found from there.
  test.each(bundles)("%s loads where there is no node_modules, and exports its handler", (file) => {
    const script = `process.stdout.write(typeof (await import(${JSON.stringify(pathToFileURL(file).href)})).handler)`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect({ stdout, stderr }).toEqual({ stdout: "function", stderr: "" });
  });
});

describe("the script bundle", () => {
  const workspace = mkdtempSync(join(tmpdir(), "moonbase-pack-"));
  afterAll(() => rmSync(workspace, { recursive: true }));
  const scripts = join(import.meta.dirname, "../../instance-scripts");
  const pack = (from: string, to: string) => packScripts(from, join(workspace, to));

  test("is the same to the byte from another folder, at another time, under another umask", () => {
    const copy = join(workspace, "copy");
    cpSync(scripts, copy, { recursive: true });
    for (const name of readdirSync(copy, { recursive: true, encoding: "utf8" })) {
      const path = join(copy, name);
      utimesSync(path, 1, 1);
      if (name === "user-data.sh" || name === "bootstrap") chmodSync(path, 0o700);
    }
    const first = pack(scripts, "a.tar.gz");
    expect(pack(copy, "b.tar.gz")).toBe(first);
    expect(readFileSync(join(workspace, "b.tar.gz"))).toEqual(readFileSync(join(workspace, "a.tar.gz")));
  });

  test("changes with its content", () => {
    const copy = join(workspace, "changed");
    cpSync(scripts, copy, { recursive: true });
    cpSync(join(scripts, "user-data.sh"), join(copy, "one-more"));
    expect(pack(copy, "c.tar.gz")).not.toBe(pack(scripts, "d.tar.gz"));
  });

  test("has bootstrap at its top, executable", () => {
    pack(scripts, "e.tar.gz");
    const entries: [string, number | undefined][] = [];
    list({
      file: join(workspace, "e.tar.gz"),
      sync: true,
      onReadEntry: ({ path, mode }) => entries.push([path, mode]),
    });
    expect(entries).toContainEqual(["bootstrap", 0o755]);
  });
});
