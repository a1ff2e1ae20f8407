import { describe, expect, test } from "vitest";
import { z } from "zod";
import { arn, casesOf, note } from "./iam-cases.ts";
import { allRoles, statementsOf } from "./policies.ts";
import { account, region, resolve } from "./resolve.ts";
import { defaults, onlyOne, resourcesOf, stackNames, withEverything } from "./synthesize.ts";

const { templates } = withEverything();
const { data, control } = templates;
const keyId = Object.entries(data.Resources).find(([, { Type }]) => Type === "AWS::KMS::Key")?.[0];
const key = arn("kms", `key/${keyId}`);

const policyStatement = z.object({
  Sid: z.string(),
  Effect: z.literal("Allow"),
  Principal: z.record(z.string(), z.string()),
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Condition: z.record(z.string(), z.record(z.string(), z.string())).default({}),
});
const policy = z
  .object({ Statement: z.array(policyStatement) })
  .parse(resolve(onlyOne("AWS::KMS::Key", data).Properties.KeyPolicy, data));

describe("by default", () => {
  const plain = defaults();

  test("there is no key, nobody may use one, and no topic is under one", () => {
    for (const stack of stackNames) {
      expect(resourcesOf("AWS::KMS::Key", plain.templates[stack])).toEqual([]);
      expect(plain.texts[stack]).not.toMatch(/KmsMasterKeyId|"kms:/);
    }
  });
});

describe("the operator's own key", () => {
  test("outlives the stack, and is turned over every year", () => {
    const { DeletionPolicy, Properties } = onlyOne("AWS::KMS::Key", data);
    expect(DeletionPolicy).toBe("Retain");
    expect(Properties).toMatchObject({ EnableKeyRotation: true });
  });

  test("is found by its alias, and by the tag that the roles ask for", () => {
    expect(onlyOne("AWS::KMS::Alias", data).Properties.AliasName).toBe("alias/moonbase-key");
    expect(onlyOne("AWS::KMS::Key", data).Properties.Tags).toContainEqual({
      Key: "moonbase:stage",
      Value: "moonbase",
    });
  });

  test("is what the password is locked with, and what functions are told of", () => {
    const made = resolve(onlyOne("Custom::MoonbaseParameters", data).Properties, data);
    expect(made).toMatchObject({ Key: key });
    const functions = resourcesOf("AWS::Lambda::Function", control).map((one) => JSON.stringify(one));
    expect(functions.filter((text) => !text.includes('\\"ownKey\\":true'))).toEqual([]);
  });

  test("is over every topic", () => {
    const topics = resourcesOf("AWS::SNS::Topic", control).map(({ Properties }) =>
      resolve(Properties, control),
    );
    expect(topics).toHaveLength(2);
    for (const topic of topics) {
      expect(topic).toMatchObject({ KmsMasterKeyId: arn("kms", "alias/moonbase-key") });
    }
  });

  test("can be locked and unlocked with by nobody directly: through two services, by who may by IAM", () => {
    const cryptographic = /crypt|DataKey|Sign|Mac|CreateGrant|\*$/;
    const using = policy.Statement.filter(({ Action }) =>
      Action.some((action) => cryptographic.test(action)),
    );
    const root = { AWS: `arn:aws:iam::${account}:root` };
    const sourceAccount = { "aws:SourceAccount": account };
    const through = (service: string) => ({
      StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com`, "kms:CallerAccount": account },
    });
    expect(using.map(({ Principal, Action, Condition }) => ({ Principal, Action, Condition }))).toEqual([
      { Principal: root, Action: ["kms:Decrypt", "kms:Encrypt"], Condition: through("ssm") },
      { Principal: root, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Condition: through("sns") },
      {
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Condition: {
          StringEquals: sourceAccount,
          ArnLike: { "aws:SourceArn": arn("cloudwatch", "alarm:moonbase-*") },
        },
      },
      {
        Principal: { Service: "budgets.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Condition: {
          StringEquals: sourceAccount,
          ArnLike: { "aws:SourceArn": `arn:aws:budgets::${account}:*` },
        },
      },
    ]);
  });

  test("lets every alarm in that publishes to a topic under it", () => {
    const [pattern = ""] = policy.Statement.flatMap(({ Principal, Condition }) =>
      Principal.Service === "cloudwatch.amazonaws.com" ? [Condition.ArnLike?.["aws:SourceArn"] ?? ""] : [],
    );
    const alarms = resourcesOf("AWS::CloudWatch::Alarm", control).map(
      ({ Properties }) => Properties.AlarmName,
    );
    expect(alarms.length).toBeGreaterThan(2);
    for (const name of alarms)
      expect(arn("cloudwatch", `alarm:${name}`).startsWith(pattern.slice(0, -1))).toBe(true);
  });

  test("can be kept in order, or nobody could ever change it again", () => {
    const keep = policy.Statement.find(({ Sid }) => Sid === "Keep");
    expect(keep?.Action).toEqual(
      expect.arrayContaining([
        "kms:PutKeyPolicy",
        "kms:DescribeKey",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
      ]),
    );
  });
});

const ourKey = { "aws:ResourceTag/moonbase:stage": "moonbase" };
const throughSsm = { ...ourKey, "kms:ViaService": `ssm.${region}.amazonaws.com` };
const throughSns = { ...ourKey, "kms:ViaService": `sns.${region}.amazonaws.com` };
const of = (parameter: string) => ({ "kms:EncryptionContext:PARAMETER_ARN": parameter });
const password = arn("ssm", "parameter/devserver/restic/password");

casesOf(
  "moonbase-launch",
  [
    ["may", "lock an invitation", "kms:Encrypt", key, { ...throughSsm, ...of(note) }],
    ["may not", "lock anything by itself", "kms:Encrypt", key, { ...ourKey, ...of(note) }],
    ["may not", "lock a password", "kms:Encrypt", key, { ...throughSsm, ...of(password) }],
    ["may not", "unlock an invitation", "kms:Decrypt", key, { ...throughSsm, ...of(note) }],
    [
      "may not",
      "use another's key",
      "kms:Encrypt",
      key,
      { ...throughSsm, ...of(note), "aws:ResourceTag/moonbase:stage": "another" },
    ],
    ["may", "publish under it", "kms:GenerateDataKey", key, throughSns],
    ["may not", "make a key for itself", "kms:GenerateDataKey", key, ourKey],
  ],
  withEverything(),
);

casesOf(
  "moonbase-teardown",
  [
    ["may", "lock an order", "kms:Encrypt", key, { ...throughSsm, ...of(`${note}/save`) }],
    ["may not", "lock an invitation", "kms:Encrypt", key, { ...throughSsm, ...of(note) }],
    ["may not", "unlock an order", "kms:Decrypt", key, { ...throughSsm, ...of(`${note}/save`) }],
  ],
  withEverything(),
);

casesOf(
  "moonbase-react",
  [
    ["may", "unlock an invitation", "kms:Decrypt", key, { ...throughSsm, ...of(note) }],
    ["may not", "unlock the password of the backups", "kms:Decrypt", key, { ...throughSsm, ...of(password) }],
    ["may not", "lock anything", "kms:Encrypt", key, { ...throughSsm, ...of(note) }],
  ],
  withEverything(),
);

casesOf(
  "moonbase-devbox-machine",
  [
    ["may", "unlock the password of the backups", "kms:Decrypt", key, { ...throughSsm, ...of(password) }],
    ["may", "unlock its note", "kms:Decrypt", key, { ...throughSsm, ...of(note) }],
    ["may not", "unlock it by itself", "kms:Decrypt", key, { ...ourKey, ...of(password) }],
    [
      "may not",
      "unlock another stage's password",
      "kms:Decrypt",
      key,
      { ...throughSsm, ...of(arn("ssm", "parameter/blue/devserver/restic/password")) },
    ],
    ["may not", "unlock what nobody names", "kms:Decrypt", key, throughSsm],
    ["may not", "lock anything", "kms:Encrypt", key, { ...throughSsm, ...of(password) }],
    ["may not", "change the key", "kms:PutKeyPolicy", key, ourKey],
    ["may not", "have the key deleted", "kms:ScheduleKeyDeletion", key, ourKey],
  ],
  withEverything(),
);

casesOf(
  "moonbase-admin-machine",
  [
    ["may", "unlock its note", "kms:Decrypt", key, { ...throughSsm, ...of(note) }],
    ["may not", "unlock the password of the homes", "kms:Decrypt", key, { ...throughSsm, ...of(password) }],
  ],
  withEverything(),
);

casesOf(
  "moonbase-password",
  [
    [
      "may",
      "lock the password",
      "kms:Encrypt",
      key,
      { "kms:ViaService": `ssm.${region}.amazonaws.com`, ...of(password) },
    ],
    [
      "may not",
      "unlock it",
      "kms:Decrypt",
      key,
      { "kms:ViaService": `ssm.${region}.amazonaws.com`, ...of(password) },
    ],
  ],
  withEverything(),
);

test("turning everything on adds to roles what the key and the playbook take, and nothing else", () => {
  const before = new Set(allRoles().flatMap((role) => statementsOf(role).map((one) => JSON.stringify(one))));
  const added = allRoles(withEverything()).flatMap((role) =>
    statementsOf(role).filter((one) => !before.has(JSON.stringify(one))),
  );
  expect(new Set(added.map(({ Sid }) => Sid))).toEqual(
    new Set(["SealWithOwnKey", "UnsealWithOwnKey", "PublishUnderOwnKey", "ReadPlaybook", "ListPlaybook"]),
  );
});
