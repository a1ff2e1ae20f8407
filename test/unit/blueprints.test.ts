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

  it("has a script for getting ready, and one for every tool that it lists", () => {
    const tools = kind.toolkit.map((tool) => `toolkit/${tool}`);
    expect(["ready", "extras", ...tools].filter((file) => !existsSync(join(scripts, name, file)))).toEqual(
      [],
    );
  });
});
