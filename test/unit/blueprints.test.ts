import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blueprint } from "../../blueprints/blueprint.ts";
import { blueprints, chosen, variantNames } from "../../blueprints/index.ts";

const scripts = join(import.meta.dirname, "../../instance-scripts");

describe.each([...blueprints])("blueprint %s", (name, kind) => {
  it("is what a blueprint must be", () => {
    expect(blueprint.parse(kind)).toEqual(kind);
    expect(kind.runtime.defaultMinutes).toBeLessThanOrEqual(kind.runtime.maximumMinutes);
  });

  it.each([undefined, ...variantNames(kind)])(
    "has a disk of its own on every type, where its home lies on one: %s",
    (variant) => {
      const { instanceTypes, storage } = chosen(kind, { variant });
      // The letter d behind the generation: an instance store, by AWS's naming of types.
      const withDisk = instanceTypes.filter((type) => /^[a-z]\d+[a-z]*d[a-z]*\./.test(type));
      expect(withDisk).toEqual(storage.instanceStore ? instanceTypes : []);
    },
  );

  it.each(variantNames(kind))(
    "variant %s has types of the processor that its image is made for",
    (variant) => {
      const { instanceTypes, image } = chosen(kind, { variant });
      const processor = /(arm64|amd64)/.exec(image.parameter)?.[0];
      expect(variant).toContain(processor);
      // The letter g behind the generation: Graviton, which is AWS's arm64.
      const made = instanceTypes.map((type) => (/^[a-z]\d+g/.test(type) ? "arm64" : "amd64"));
      expect(new Set(made)).toEqual(new Set([processor]));
    },
  );

  it("has a script for getting ready, for saving if it saves, and one for every tool that it lists", () => {
    const saves = kind.save.by === "machine" ? ["save"] : [];
    const tools = kind.toolkit.map((tool) => `toolkit/${tool}`);
    expect(
      ["ready", "extras", ...saves, ...tools].filter((file) => !existsSync(join(scripts, name, file))),
    ).toEqual([]);
  });
});

describe("a choice", () => {
  const { devbox } = Object.fromEntries(blueprints);
  if (devbox === undefined) throw new Error("there is no devbox");

  it("that leaves everything out changes nothing", () => {
    expect(chosen(devbox, {})).toEqual(devbox);
  });

  it("of a variant is its image and its types, and the rest of the blueprint", () => {
    expect(chosen(devbox, { variant: "debian-13-amd64" })).toEqual({
      ...devbox,
      image: { ...devbox.image, parameter: "/aws/service/debian/release/13/latest/amd64" },
      instanceTypes: ["c5d.large", "c6id.large", "m5d.large", "m6id.large"],
    });
  });

  it("of a root volume is its size", () => {
    expect(chosen(devbox, { rootGiB: 9 }).storage).toEqual({ ...devbox.storage, rootGiB: 9 });
  });

  it("of what there is not is a mistake of whoever should have checked it", () => {
    expect(() => chosen(devbox, { variant: "debian-11" })).toThrow('devbox has no variant "debian-11"');
  });

  it("can be made of a blueprint's own image as well, under a name", () => {
    expect(variantNames(devbox).map((variant) => chosen(devbox, { variant }))).toContainEqual(devbox);
  });
});
