import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { blueprints } from "../../blueprints/index.ts";
import { resolve } from "./resolve.ts";
import { defaults, onlyOne, resourcesOf } from "./synthesize.ts";

const { directory, templates } = defaults();
const { machines } = templates;

const launchTemplate = z.object({
  LaunchTemplateName: z.string(),
  LaunchTemplateData: z.looseObject({ UserData: z.string(), ImageId: z.string() }),
});
const { LaunchTemplateData: data, LaunchTemplateName } = launchTemplate.parse(
  resolve(onlyOne("AWS::EC2::LaunchTemplate", machines).Properties, machines),
);
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
  expect(LaunchTemplateName).toBe("moonbase-admin");
});

describe("the launch template of admin", () => {
  test("lets only IMDSv2 in, from the machine itself, and shows it its tags", () => {
    expect(data.MetadataOptions).toEqual({
      HttpEndpoint: "enabled",
      HttpTokens: "required",
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: "enabled",
    });
  });

  test("has one small encrypted disk that goes with the machine", () => {
    expect(data.BlockDeviceMappings).toEqual([
      {
        DeviceName: "/dev/sda1",
        Ebs: { VolumeType: "gp3", VolumeSize: 8, Encrypted: true, DeleteOnTermination: true },
      },
    ]);
  });

  test("ends for good when it is shut down, and never costs more than its price", () => {
    expect(data.InstanceInitiatedShutdownBehavior).toBe("terminate");
    expect(data.CreditSpecification).toEqual({ CpuCredits: "standard" });
    expect(data.Monitoring).toEqual({ Enabled: false });
  });

  test("takes the newest image by its public parameter", () => {
    expect(data.ImageId).toBe(`resolve:ssm:${blueprints.get("admin")?.image.parameter}`);
  });

  test("wears the role and the group of its blueprint", () => {
    expect(data.IamInstanceProfile).toEqual({ Name: "moonbase-admin-machine" });
    expect(data.SecurityGroupIds).toEqual(["moonbase-admin.GroupId"]);
    expect(onlyOne("AWS::IAM::InstanceProfile", machines).Properties.Roles).toHaveLength(1);
  });

  test("tags machine, disk and interface as ours at birth, without a session", () => {
    const Tags = [
      { Key: "moonbase:stage", Value: "moonbase" },
      { Key: "moonbase:blueprint", Value: "admin" },
      { Key: "Name", Value: "moonbase-admin" },
    ];
    expect(data.TagSpecifications).toEqual(
      ["instance", "volume", "network-interface"].map((ResourceType) => ({ ResourceType, Tags })),
    );
  });

  test("is itself tagged as ours, which the launch role asks for", () => {
    const { TagSpecifications } = onlyOne("AWS::EC2::LaunchTemplate", machines).Properties;
    expect(JSON.stringify(TagSpecifications)).toContain('{"Key":"moonbase:stage","Value":"moonbase"}');
  });
});

test("no port is open: the group has no inbound rule, and no rule stands beside it", () => {
  expect(onlyOne("AWS::EC2::SecurityGroup", machines).Properties).not.toHaveProperty("SecurityGroupIngress");
  expect(resourcesOf("AWS::EC2::SecurityGroupIngress", machines)).toEqual([]);
});

test("CloudFormation refuses egress rules in a group without a VpcId", () => {
  const { Properties } = onlyOne("AWS::EC2::SecurityGroup", machines);
  expect("SecurityGroupEgress" in Properties).toBe("VpcId" in Properties);
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
