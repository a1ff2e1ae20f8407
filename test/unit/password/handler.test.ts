import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { handler } from "../../../functions/password/handler.ts";
import { log } from "../../../functions/session/log.ts";

const ssm = mockClient(SSMClient);
const said = [vi.spyOn(log, "info"), vi.spyOn(log, "error")];

/** CloudFormation's side: a real server, so that what goes over the wire is what is judged. */
interface Reply {
  method: string | undefined;
  contentType: string | undefined;
  body: string;
}
const replies: Reply[] = [];
let status = 200;
const server = createServer(async (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const { method, headers } = incoming;
  replies.push({ method, contentType: headers["content-type"], body: Buffer.concat(chunks).toString() });
  outgoing.writeHead(status).end();
}).listen(0, "127.0.0.1");
await once(server, "listening");
const address: AddressInfo | string | null = server.address();
const port = typeof address === "object" ? address?.port : undefined;
afterAll(() => server.close());

const answered = z.looseObject({ Status: z.string(), PhysicalResourceId: z.string() });
const names = {
  ...{ password: "/devserver/restic/password", repository: "/devserver/restic/repo" },
  ansible: "/devserver/ansible/source",
};
const repository = "s3:https://s3.us-east-1.amazonaws.com/moonbase-backup-000000000000-us-east-1/devbox";

async function asks(RequestType: string, different: object = {}) {
  await handler({
    ...{ RequestType, ResponseURL: `http://127.0.0.1:${port}/answer`, StackId: "the-stack" },
    ...{ RequestId: "the-request", LogicalResourceId: "Parameters" },
    ResourceProperties: {
      ...{ ServiceToken: "arn", PasswordParameter: names.password, RepositoryParameter: names.repository },
      ...{ Repository: repository, AnsibleParameter: names.ansible, AnsibleSource: "none", ...different },
    },
  });
  return answered.parse(JSON.parse(replies.at(-1)?.body ?? ""));
}
const puts = () => ssm.commandCalls(PutParameterCommand).map(({ args }) => args[0].input);
const passwords = () => puts().flatMap(({ Name, Value = "" }) => (Name === names.password ? [Value] : []));
const exists = Object.assign(new Error("it exists"), { name: "ParameterAlreadyExists" });

beforeEach(() => {
  ssm.reset();
  ssm.on(PutParameterCommand).resolves({});
  replies.length = 0;
  status = 200;
  for (const spy of said) spy.mockClear();
});

describe("the password of the backups", () => {
  it.each(["Create", "Update"])(
    "is made at %s, 32 random bytes as a SecureString, and never overwrites",
    async (type) => {
      expect((await asks(type)).Status).toBe("SUCCESS");
      expect(puts()).toEqual([
        { Name: names.repository, Type: "String", Value: repository, Overwrite: false },
        { Name: names.password, Type: "SecureString", Value: expect.any(String), Overwrite: false },
        { Name: names.ansible, Type: "String", Value: "none", Overwrite: true },
      ]);
      expect(Buffer.from(passwords()[0] ?? "", "base64url")).toHaveLength(32);
    },
  );

  it("is under the operator's own key where there is one, and nothing else is", async () => {
    const Key = "arn:aws:kms:us-east-1:000000000000:key/k";
    await asks("Create", { Key });
    expect(puts().map(({ Name, KeyId }) => [Name, KeyId])).toEqual([
      [names.repository, undefined],
      [names.password, Key],
      [names.ansible, undefined],
    ]);
  });

  it("stays as it is when the playbook moves", async () => {
    ssm.on(PutParameterCommand, { Overwrite: false }).rejects(exists);
    expect((await asks("Update", { AnsibleSource: "s3://b/boxes/" })).Status).toBe("SUCCESS");
    expect(puts().at(-1)).toMatchObject({ Name: names.ansible, Value: "s3://b/boxes/", Overwrite: true });
  });

  it("is another one each time", async () => {
    await asks("Create");
    await asks("Create");
    expect(new Set(passwords()).size).toBe(2);
  });

  it("that is there already stays, and that is success", async () => {
    ssm.on(PutParameterCommand, { Overwrite: false }).rejects(exists);
    expect(await asks("Create")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: names.password });
  });

  it("survives its stack", async () => {
    expect((await asks("Delete")).Status).toBe("SUCCESS");
    expect(puts()).toEqual([]);
  });

  it("that cannot be made fails the stack by the error's name, and a stack that goes all the same can go", async () => {
    ssm.on(PutParameterCommand).rejects(Object.assign(new Error("secret details"), { name: "AccessDenied" }));
    expect(await asks("Create")).toMatchObject({ Status: "FAILED", Reason: "AccessDenied" });
    expect((await asks("Create", { PasswordParameter: undefined })).Status).toBe("FAILED");
    expect((await asks("Delete", { PasswordParameter: undefined })).Status).toBe("SUCCESS");
  });

  it("is told to nobody: not in the answer, not in the log", async () => {
    await asks("Create");
    ssm
      .on(PutParameterCommand, { Type: "SecureString" })
      .callsFake(({ Value }) => Promise.reject(new Error(`not ${Value}`)));
    expect((await asks("Create")).Status).toBe("FAILED");
    expect(passwords()).toHaveLength(2);
    for (const password of passwords()) {
      expect(JSON.stringify([replies, ...said.map(({ mock }) => mock.calls)])).not.toContain(password);
    }
  });
});

describe("the answer", () => {
  it("goes where CloudFormation waits, by PUT and without a content type, which its address is not signed for", async () => {
    expect(await asks("Create")).toMatchObject({
      ...{ StackId: "the-stack", RequestId: "the-request", LogicalResourceId: "Parameters" },
    });
    expect(replies[0]).toMatchObject({ method: "PUT", contentType: undefined });
  });

  it("that is not taken is an error, so that it is given again", async () => {
    status = 403;
    await expect(asks("Create")).rejects.toThrow("did not take the answer (403)");
  });
});
