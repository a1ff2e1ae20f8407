import { describe, expect, test } from "vitest";
import { defaults, type Resource, stackNames, synthesize } from "./synthesize.ts";

const nameKeys = /^(?:Name|.*Name)$/;

/** Every name that a resource claims for itself in the account; a physical name is a string, not a reference. */
function claimed({ Type, Properties }: Resource): string[] {
  return Object.entries(Properties)
    .filter(([key, value]) => nameKeys.test(key) && typeof value === "string" && !isShared(Type, key))
    .map(([, value]) => `${Type} ${value}`);
}

/** Names of things that are not ours: the metrics that an alarm looks at. */
const isShared = (type: string, key: string) => type === "AWS::CloudWatch::Alarm" && key === "MetricName";

describe("two stages", () => {
  const other = synthesize({ moonbase: { stage: "blue" } });

  test("have no name in common", () => {
    const namesIn = ({ templates }: typeof other) =>
      stackNames.flatMap((stack) => Object.values(templates[stack].Resources).flatMap(claimed));
    const ours = namesIn(defaults());
    expect(ours.length).toBeGreaterThan(25);
    expect(ours.filter((name) => namesIn(other).includes(name))).toEqual([]);
  });

  test("do not mention each other", () => {
    for (const stack of stackNames) {
      // Tag keys and event sources are the same in every stage; nothing else bears the product's name.
      const text = other.texts[stack].replaceAll(
        /moonbase:\w+|moonbase\.(?:session|machine|sweep|schedule)|MOONBASE_\w+|Moonbase/g,
        "",
      );
      const foreign = text
        .split("\n")
        .filter((line) => /"[^"]*moonbase-/.test(line) && !/user-data|#!/.test(line));
      expect(foreign).toEqual([]);
    }
  });
});

describe("stacks", () => {
  test.each(stackNames)("%s exports nothing, imports nothing", (stack) => {
    const { templates, texts } = defaults();
    expect(templates[stack].Outputs).toEqual({});
    expect(texts[stack]).not.toContain("Fn::ImportValue");
    expect(texts[stack]).not.toContain("Fn::GetStackOutput");
  });

  test.each(stackNames)("%s names no account and no region", (stack) => {
    expect(defaults().texts[stack]).not.toMatch(/\d{12}:|(?:us|eu)-(?:east|west)-\d/);
  });

  test("hold one custom resource, which makes what CloudFormation cannot, and nothing that a plain engine lacks", () => {
    const types = stackNames.flatMap((stack) =>
      Object.values(defaults().templates[stack].Resources).map(({ Type }) => Type),
    );
    expect(types.filter((type) => type.startsWith("Custom::") || type.includes("CustomResource"))).toEqual([
      "Custom::MoonbaseParameters",
    ]);
    expect(types).not.toContain("AWS::CDK::Metadata");
  });

  test("are the same to the byte when synthesized again", () => {
    expect(synthesize().texts).toEqual(defaults().texts);
  });

  test("stay in the region that the operator names", () => {
    const { app } = synthesize({ moonbase: { region: "eu-west-1" } });
    const regions = app.synth().stacks.map(({ environment }) => environment.region);
    expect(regions).toEqual(["eu-west-1", "eu-west-1", "eu-west-1"]);
  });
});
