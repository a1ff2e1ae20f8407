import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import * as z from "zod";
import { type LaunchOptions, launch } from "../../../cli/commands/launch.ts";
import { makeContext } from "../../../cli/context.ts";

const table = mockClient(DynamoDBDocumentClient);
mockClient(DynamoDBClient);
const identity = mockClient(STSClient);

beforeEach(() => {
  table.on(GetCommand).resolves({});
  identity
    .on(GetCallerIdentityCommand)
    .resolves({ Account: "000000000000", Arn: "arn:aws:iam::000000000000:root" });
});

const dryRun = z.object({ input: z.record(z.string(), z.unknown()), keyFolder: z.string().nullable() });

/** What a dry run would give to the workflow. */
async function inputOf(blueprint: string, options: Partial<LaunchOptions>, config: object = {}) {
  const shown: unknown[] = [];
  const made = makeContext({ json: true });
  const context = {
    ...made,
    configFile: { ...made.configFile, config: { ...made.configFile.config, ...config } },
    screen: { ...made.screen, result: (value: unknown) => void shown.push(value) },
  };
  expect(await launch(context, blueprint, { key: true, json: true, dryRun: true, ...options })).toBe("done");
  return dryRun.parse(shown[0]);
}

const key = expect.stringContaining("ssh-ed25519");
const configured = { sshAllowedCidr: "192.0.2.1/32" };

it.each([
  ["admin, for the address that was given", "admin", { address: "203.0.113.7" }, {}, "203.0.113.7/32"],
  ["devbox, for nobody", "devbox", {}, {}, undefined],
  ["devbox, for nobody, whoever is configured", "devbox", {}, configured, undefined],
  ["devbox with --ssh, for whom is configured", "devbox", { ssh: true }, configured, "192.0.2.1/32"],
  [
    "devbox that may, for whom is configured",
    "devbox",
    {},
    { allowSsh: true, ...configured },
    "192.0.2.1/32",
  ],
  ["devbox with --address, for that", "devbox", { address: "203.0.113.7" }, configured, "203.0.113.7/32"],
])("opens the port of a %s, and brings a key along", async (_, blueprint, options, config, sourceCidr) => {
  const { input } = await inputOf(blueprint, options, config);
  expect(input.publicKey).toEqual(key);
  expect(input.sourceCidr).toBe(sourceCidr);
});

it("without a key opens nothing", async () => {
  expect(await inputOf("devbox", { key: false, ssh: true }, { allowSsh: true, ...configured })).toMatchObject(
    {
      input: expect.not.objectContaining({ publicKey: key, sourceCidr: "192.0.2.1/32" }),
      keyFolder: null,
    },
  );
});
