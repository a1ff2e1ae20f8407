import { once } from "node:events";
import { createServer } from "node:http";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { z } from "zod";
import { call } from "../workflows/session.ts";
import { sharedEngine } from "./engine.ts";

const { clients } = sharedEngine();

/** What machines would read, from where they would read it. */
async function parameter(key: string) {
  const command = new GetParameterCommand({ Name: `/devserver/${key}`, WithDecryption: true });
  const { Parameter } = await clients.ssm.send(command);
  return { type: Parameter?.Type, value: Parameter?.Value ?? "", version: Parameter?.Version };
}

/** CloudFormation asks the deployed function once more; answers what the function said. */
async function askAgain(RequestType: string): Promise<unknown> {
  const server = createServer().listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    const { port } = z.object({ port: z.int() }).parse(server.address());
    const heard = new Promise<unknown>((resolve, reject) => {
      server.on("request", async (incoming, outgoing) => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
        outgoing.end();
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()));
        } catch (error) {
          reject(error);
        }
      });
    });
    await call("password", {
      ...{ RequestType, ResponseURL: `http://127.0.0.1:${port}/`, StackId: "stack", RequestId: "request" },
      ...{ LogicalResourceId: "Parameters", PhysicalResourceId: "/devserver/restic/password" },
      ResourceProperties: {
        PasswordParameter: "/devserver/restic/password",
        RepositoryParameter: "/devserver/restic/repo",
        Repository: "s3:https://elsewhere",
        ...{ AnsibleParameter: "/devserver/ansible/source", AnsibleSource: "none" },
      },
    });
    return await heard;
  } finally {
    server.close();
  }
}

test("a deployment has made the password of the backups, where machines find it, and says where they lie", async () => {
  expect(await parameter("restic/password")).toEqual({
    type: "SecureString",
    value: expect.stringMatching(/^[\w-]{43}$/),
    version: 1,
  });
  expect(await parameter("restic/repo")).toMatchObject({
    type: "String",
    value: "s3:https://s3.us-east-1.amazonaws.com/moonbase-backup-000000000000-us-east-1/devbox",
  });
});

test.each(["Create", "Update", "Delete"])("neither is touched by another %s", async (type) => {
  const before = await Promise.all([parameter("restic/password"), parameter("restic/repo")]);
  expect(await askAgain(type)).toMatchObject({ Status: "SUCCESS" });
  expect(await Promise.all([parameter("restic/password"), parameter("restic/repo")])).toEqual(before);
});
