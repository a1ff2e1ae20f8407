import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it, vi } from "vitest";
import { admit } from "../../../functions/launch/admit.ts";
import { launchArn, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);

it("lets in to a backup target whom the configuration names, unless the launch names somebody", async () => {
  const backupTarget = { allowedCidr: "203.0.113.0/24" };
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, backupTarget }));
  table.on(GetCommand).resolves({});
  table.on(TransactWriteCommand).resolves({});
  const letIn = async (input: object) => {
    await admit({ step: "admit", session: "tea", execution: launchArn, input });
    const written = table.commandCalls(TransactWriteCommand).at(-1)?.args[0].input.TransactItems;
    return written?.[0]?.Put?.Item?.sourceCidr;
  };
  expect(await letIn({ blueprint: "backup-target" })).toBe("203.0.113.0/24");
  const named = { blueprint: "backup-target", sourceCidr: "198.51.100.7/32" };
  expect(await letIn(named)).toBe("198.51.100.7/32");
  expect(await letIn({ blueprint: "admin" })).toBeUndefined();
});
