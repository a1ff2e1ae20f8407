import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstanceAttributeCommand, DescribeTagsCommand } from "@aws-sdk/client-ec2";
import { namesOf } from "../../functions/session/names.ts";
import type { Clients } from "../clients.ts";
import type { Engine } from "../engine/engine.ts";
import { startGroup } from "../engine/processes.ts";
import { account, endpointVariables, region, sealedEnvironment } from "../environment.ts";
import { startMetadataService } from "../metadata/service.ts";
import { systemPath } from "../project.ts";
import type { Body, MakeBody } from "./body.ts";

export interface ProcessBodies {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly stage: string;
  /** For tests: told to the body on top of what it is told anyway. */
  readonly environment?: Record<string, string>;
}

/** Bodies that are ordinary processes: no root, no packages, no users, no systemd. */
export function processBodies({ engine, clients, stage, environment }: ProcessBodies): MakeBody {
  const logs = join(engine.folder, "bodies");
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  return async (machine) => {
    const userData = await userDataOf(clients, machine.instanceId);
    const metadata = await startMetadataService({
      ...machine,
      region,
      account,
      architecture: "x86_64",
      publicAddress: "127.0.0.1",
      role: namesOf(stage).machineRole(machine.blueprint),
      userData,
      tags: () => tagsOf(clients, machine.instanceId),
    });
    const home = join(engine.temporary, machine.instanceId);
    mkdirSync(home);
    const script = join(home, "user-data");
    writeFileSync(script, userData);
    const child = startGroup({
      file: "bash",
      arguments: [join(import.meta.dirname, "keeper.sh"), script],
      folder: home,
      log: join(logs, `${machine.instanceId}.log`),
      environment: {
        ...sealedEnvironment(),
        ...endpointVariables(engine.endpoints),
        AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
        MOONBASE_BODY: "process",
        MOONBASE_ROOT: home,
        HOME: home,
        TMPDIR: home,
        PATH: systemPath(),
        LANG: "C.UTF-8",
        ...environment,
      },
    });
    return bodyOf(child, engine, () => {
      metadata.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });
  };
}

function bodyOf(child: ReturnType<typeof startGroup>, engine: Engine, remove: () => void): Body {
  const leader = child.pid;
  if (leader !== undefined) engine.running.add(leader);
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    if (leader !== undefined) engine.running.end(leader);
    remove();
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = () => {
    if (!ended) resolve();
    end();
  };
  child.once("exit", leave);
  child.once("error", leave);
  return { poweredOff: promise, end };
}

/** What the launch template gave the machine to run, from the engine's own record of it. */
async function userDataOf(clients: Clients, instanceId: string): Promise<string> {
  const command = new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: "userData" });
  const { UserData } = await clients.ec2.send(command);
  if (UserData?.Value === undefined) throw new Error(`${instanceId} has no user data`);
  return Buffer.from(UserData.Value, "base64").toString();
}

async function tagsOf(clients: Clients, instanceId: string): Promise<ReadonlyMap<string, string>> {
  const command = new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [instanceId] }] });
  const { Tags } = await clients.ec2.send(command);
  return new Map(Tags?.map(({ Key = "", Value = "" }) => [Key, Value]));
}
