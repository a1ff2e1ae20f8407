import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { blueprints } from "../../blueprints/index.ts";
import { resolve } from "./resolve.ts";
import { defaults, resourcesOf, synthesize } from "./synthesize.ts";

const { directory, templates } = defaults();
const { machines } = templates;

const launchTemplate = z.object({
  LaunchTemplateName: z.string(),
  LaunchTemplateData: z.looseObject({ UserData: z.string(), ImageId: z.string() }),
});
/** The launch template of a blueprint, as EC2 would get it. */
function templateOf(blueprint: string, stack = machines) {
  const found = resourcesOf("AWS::EC2::LaunchTemplate", stack)
    .map(({ Properties }) => launchTemplate.parse(resolve(Properties, stack)))
    .find(({ LaunchTemplateName }) => LaunchTemplateName === `moonbase-${blueprint}`);
  if (found === undefined) throw new Error(`there is no launch template of ${blueprint}`);
  return found.LaunchTemplateData;
}
const data = templateOf("admin");
const userData = Buffer.from(data.UserData, "base64").toString();

const assets = z
  .object({
    files: z.record(
      z.string(),
      z.object({
        source: z.object({ path: z.string() }),
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(directory, "moonbase-machines.assets.json"), "utf8")));

test("there is a template for every blueprint", () => {
  expect(resourcesOf("AWS::EC2::LaunchTemplate", machines)).toHaveLength(blueprints.size);
});

describe.each([...blueprints])("the launch template of %s", (name, blueprint) => {
  const template = templateOf(name);

  test("lets only IMDSv2 in, from the machine itself, and shows it its tags", () => {
    expect(template.MetadataOptions).toEqual({
      HttpEndpoint: "enabled",
      HttpTokens: "required",
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: "enabled",
    });
  });

  test("has one small encrypted disk that goes with the machine", () => {
    const { rootGiB: VolumeSize } = blueprint.storage;
    expect(template.BlockDeviceMappings).toEqual([
      {
        DeviceName: blueprint.image.rootDevice,
        Ebs: { VolumeType: "gp3", VolumeSize, Encrypted: true, DeleteOnTermination: true },
      },
    ]);
  });

  test("ends for good when it is shut down, and never costs more than its price", () => {
    expect(template.InstanceInitiatedShutdownBehavior).toBe("terminate");
    expect(template.Monitoring).toEqual({ Enabled: false });
  });

  test("takes the newest image by its public parameter", () => {
    expect(template.ImageId).toBe(`resolve:ssm:${blueprint.image.parameter}`);
  });

  test("wears the role and the group of its blueprint", () => {
    expect(template.IamInstanceProfile).toEqual({ Name: `moonbase-${name}-machine` });
    expect(template.SecurityGroupIds).toEqual([`moonbase-${name}.GroupId`]);
  });

  test("tags machine, disk and interface as ours at birth, without a session", () => {
    const Tags = [
      { Key: "moonbase:stage", Value: "moonbase" },
      { Key: "moonbase:blueprint", Value: name },
      { Key: "Name", Value: `moonbase-${name}` },
    ];
    expect(template.TagSpecifications).toEqual(
      ["instance", "volume", "network-interface"].map((ResourceType) => ({ ResourceType, Tags })),
    );
  });
});

test("a devbox is of the variant and has the disk that are configured", () => {
  const other = synthesize({ moonbase: { devbox: { variant: "debian-13-amd64", rootGiB: 9 } } }).templates
    .machines;
  const template = templateOf("devbox", other);
  expect(template.ImageId).toBe("resolve:ssm:/aws/service/debian/release/13/latest/amd64");
  expect(template.BlockDeviceMappings).toMatchObject([{ Ebs: { VolumeSize: 9, Encrypted: true } }]);
});

test("only types with credits are told what to do without any", () => {
  expect(data.CreditSpecification).toEqual({ CpuCredits: "standard" });
  expect(templateOf("devbox")).not.toHaveProperty("CreditSpecification");
});

test("a machine has one role", () => {
  for (const { Properties } of resourcesOf("AWS::IAM::InstanceProfile", machines)) {
    expect(Properties.Roles).toHaveLength(1);
  }
});

test("launch templates are themselves tagged as ours, which the launch role asks for", () => {
  for (const { Properties } of resourcesOf("AWS::EC2::LaunchTemplate", machines)) {
    expect(JSON.stringify(Properties.TagSpecifications)).toContain(
      '{"Key":"moonbase:stage","Value":"moonbase"}',
    );
  }
});

test("a key pair of the operator's is for machines whose port is opened on request, and may be used by the launch", () => {
  const { templates: named } = synthesize({ moonbase: { sshKeyName: "my key" } });
  const keyOf = (name: string) =>
    resourcesOf("AWS::EC2::LaunchTemplate", named.machines)
      .map(({ Properties }) => launchTemplate.parse(resolve(Properties, named.machines)))
      .find(({ LaunchTemplateName }) => LaunchTemplateName === `moonbase-${name}`)?.LaunchTemplateData
      .KeyName;
  expect([keyOf("devbox"), keyOf("admin")]).toEqual(["my key", undefined]);
  expect(templateOf("devbox")).not.toHaveProperty("KeyName");
  expect(JSON.stringify(named.control)).toContain("key-pair/my key");
  expect(JSON.stringify(templates.control)).not.toContain("key-pair/");
});

const groups = resourcesOf("AWS::EC2::SecurityGroup", machines);

test("no port is open: no group has an inbound rule, and no rule stands beside one", () => {
  expect(groups).toHaveLength(blueprints.size);
  for (const { Properties } of groups) expect(Properties).not.toHaveProperty("SecurityGroupIngress");
  expect(resourcesOf("AWS::EC2::SecurityGroupIngress", machines)).toEqual([]);
});

test("CloudFormation refuses egress rules in a group without a VpcId", () => {
  for (const { Properties } of groups) {
    expect("SecurityGroupEgress" in Properties).toBe("VpcId" in Properties);
  }
});

describe("user data", () => {
  test("fits into EC2's 16 KB", () => {
    expect(Buffer.byteLength(userData)).toBeLessThan(16_384);
  });

  test("pins the sha256 of the very file that is published, where it is published", () => {
    const [archive, ...others] = Object.values(assets.files).filter(({ source }) =>
      source.path.endsWith(".tar.gz"),
    );
    expect(others).toEqual([]);
    const sha256 = createHash("sha256")
      .update(readFileSync(join(directory, archive?.source.path ?? "")))
      .digest("hex");
    const [destination] = Object.values(archive?.destinations ?? {});
    expect(userData).toContain(`\nMOONBASE_BUNDLE_SHA256=${sha256}\n`);
    expect(userData).toContain(`\nMOONBASE_BUNDLE_KEY=${destination?.objectKey}\n`);
    expect(userData).toContain("\nMOONBASE_BUNDLE_BUCKET=cdk-hnb659fds-assets-111122223333-eu-west-1\n");
    expect(userData).toContain("\nMOONBASE_BLUEPRINT=admin\n");
  });

  test("is the shipped stub under four assignments", () => {
    const stub = readFileSync(join(import.meta.dirname, "../../instance-scripts/user-data.sh"), "utf8");
    const [shebang, ...rest] = stub.split("\n");
    expect(userData.split("\n")[0]).toBe(shebang);
    expect(userData.split("\n").slice(5)).toEqual(rest);
  });
});
