// Started by crash.test.ts: an engine with one machine and its body, and nothing deployed. Prints the machine's id.
import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { nspawnBodies } from "../../local/bodies/nspawn/nspawn-body.ts";
import { clientsOf } from "../../local/clients.ts";
import { startEngine } from "../../local/engine/engine.ts";
import { sealProcess } from "../../local/environment.ts";

const options = z.object({ folder: z.string(), rootFileSystem: z.string() });
const { folder, rootFileSystem } = options.parse(JSON.parse(process.argv[2] ?? ""));

sealProcess();
const engine = await startEngine({ ports: "free", folder });
const clients = clientsOf(engine.endpoints);
const UserData = Buffer.from("#!/bin/sh\n").toString("base64");
const wanted = { ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1, UserData };
const { Instances } = await clients.ec2.send(new RunInstancesCommand(wanted));
const instanceId = Instances?.[0]?.InstanceId ?? "";
const failed = (error: unknown) => console.error(error);
const make = nspawnBodies({ engine, clients, stage: "moonbase", rootFileSystem, failed });
await make({
  instanceId,
  // With an instance store, so that there is a block device to be rid of as well.
  instanceType: "c6gd.medium",
  imageId: "ami-12c6146b",
  zone: "us-east-1a",
  privateAddress: "10.0.0.7",
  publicAddress: undefined,
  mac: "02:00:00:00:00:07",
  market: "spot",
  blueprint: "admin",
  tags: () => new Map(),
});
console.log(instanceId);
await engine.died;
