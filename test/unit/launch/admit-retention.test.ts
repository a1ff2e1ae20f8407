import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it, vi } from "vitest";
import { admit } from "../../../functions/launch/admit.ts";
import { launchArn, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);

it("where every backup is kept, nothing that removes backups is let in, and all else is", async () => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, retention: null }));
  table.on(GetCommand).resolves({});
  table.on(TransactWriteCommand).resolves({});
  const launch = (blueprint: string) =>
    admit({ step: "admit", session: "tea", execution: launchArn, input: { blueprint } });

  expect(await launch("retention")).toEqual({
    outcome: "refused",
    message:
      'blueprint: "retention" is not accepted (allowed: nothing that removes backups, because the setting retention is null)',
  });
  expect(table.commandCalls(TransactWriteCommand)).toEqual([]);
  expect(await launch("admin")).toMatchObject({ outcome: "admitted" });
});
