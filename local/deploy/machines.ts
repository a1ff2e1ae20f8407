import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudFormationServiceException,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { z } from "zod";
import { namesOf } from "../../functions/session/names.ts";
import type { Clients } from "../clients.ts";
import { EngineError } from "../engine/error.ts";
import { account, region } from "../environment.ts";

const assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.literal("file") }),
      destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
    }),
  ),
});

const placeholder = /\$\{AWS::(AccountId|Region)\}/g;

/** Deploys the machines stack where EC2 is (`leftOut.machineStack`): the template and the assets of the synthesis. */
export async function deployMachines(clients: Clients, stage: string, assembly: string): Promise<void> {
  const stack = namesOf(stage).machinesStack;
  await publishAssets(clients, assembly, stack);
  // The template asks for this before anything else, as on AWS, where `cdk bootstrap` puts it.
  const version = {
    Name: "/cdk-bootstrap/hnb659fds/version",
    Value: "30",
    Type: "String",
    Overwrite: true,
  } as const;
  await clients.ssm.send(new PutParameterCommand(version));
  await createOrUpdate(clients, stack, readFileSync(join(assembly, `${stack}.template.json`), "utf8"));
}

/** Machines fetch their bundle from where it would be on AWS: both emulators have one account. */
async function publishAssets(clients: Clients, assembly: string, stack: string): Promise<void> {
  const { files } = assets.parse(JSON.parse(readFileSync(join(assembly, `${stack}.assets.json`), "utf8")));
  const here = (name: string) =>
    name.replace(placeholder, (_, which) => (which === "Region" ? region : account));
  const uploads = Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ bucketName, objectKey }) => {
      const Body = readFileSync(join(assembly, source.path));
      return new PutObjectCommand({ Bucket: here(bucketName), Key: here(objectKey), Body });
    }),
  );
  await Promise.all(uploads.map((upload) => clients.s3.send(upload)));
}

async function createOrUpdate({ machineStacks }: Clients, stack: string, template: string): Promise<void> {
  const what = { StackName: stack, TemplateBody: template, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
  try {
    await machineStacks.send(new CreateStackCommand(what));
  } catch (error) {
    if (!(error instanceof CloudFormationServiceException) || error.name !== "AlreadyExistsException")
      throw error;
    await machineStacks.send(new UpdateStackCommand(what));
  }
  const { Stacks } = await machineStacks.send(new DescribeStacksCommand({ StackName: stack }));
  const status = Stacks?.[0]?.StackStatus;
  if (status !== "CREATE_COMPLETE" && status !== "UPDATE_COMPLETE") {
    throw new EngineError(
      `stack ${stack} is ${status}: ${Stacks?.[0]?.StackStatusReason ?? "no reason given"}`,
    );
  }
}
