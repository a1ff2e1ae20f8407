import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blueprint } from "../../blueprints/blueprint.ts";
import { blueprints } from "../../blueprints/index.ts";

const scripts = join(import.meta.dirname, "../../instance-scripts");

describe.each([...blueprints])("blueprint %s", (name, kind) => {
  it("is what a blueprint must be", () => {
    expect(blueprint.parse(kind)).toEqual(kind);
    expect(kind.runtime.defaultMinutes).toBeLessThanOrEqual(kind.runtime.maximumMinutes);
  });

  it("has a disk of its own on every type, where its home lies on one", () => {
    // The letter d behind the generation: an instance store, by AWS's naming of types.
    const withDisk = kind.instanceTypes.filter((type) => /^[a-z]\d+[a-z]*d[a-z]*\./.test(type));
    expect(withDisk).toEqual(kind.storage.instanceStore ? kind.instanceTypes : []);
  });

  it("has a script for getting ready, for saving if it saves, and one for every tool that it lists", () => {
    const saves = kind.save.by === "machine" ? ["save"] : [];
    const tools = kind.toolkit.map((tool) => `toolkit/${tool}`);
    expect(
      ["ready", "extras", ...saves, ...tools].filter((file) => !existsSync(join(scripts, name, file))),
    ).toEqual([]);
  });
});
