// node local/interrupt.ts <session> [--rebalance]: has spot take the session's machine away on the local engine that runs
// in this folder, or say that it may.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { tagKeys } from "../functions/session/tags.ts";
import { Bridge } from "./bridge.ts";
import { clientsOf } from "./clients.ts";
import { sealProcess } from "./environment.ts";
import { projectFolder } from "./project.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rebalance: { type: "boolean", default: false },
    folder: { type: "string", default: join(projectFolder, ".local") },
  },
});
const [session] = positionals;
if (session === undefined || positionals.length > 1)
  end("node local/interrupt.ts <session> [--rebalance]", 2);

sealProcess();
const environment = join(values.folder, "env");
if (!existsSync(environment)) end("no local engine is up here; npm start brings one up");
const text = readFileSync(environment, "utf8");
const endpoints = { serverless: toldIn("AWS_ENDPOINT_URL"), machines: toldIn("AWS_ENDPOINT_URL_EC2") };
const clients = clientsOf(endpoints);

const wanted = [
  { Name: `tag:${tagKeys.session}`, Values: [session] },
  { Name: "instance-state-name", Values: ["pending", "running"] },
];
const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ Filters: wanted }));
const machines = Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
if (machines.length === 0) end(`session ${session} has no machine that runs`);

const bridge = new Bridge(clients, endpoints, join(values.folder, "engine"));
for (const { InstanceId = "" } of machines) {
  if (values.rebalance) {
    await bridge.rebalance(InstanceId);
    console.log(`Spot may take ${InstanceId} away.`);
  } else {
    await bridge.spotInterruption(InstanceId);
    console.log(`Spot takes ${InstanceId} away in two minutes.`);
  }
}

/** An endpoint as the file for the operator's terminal has it. */
function toldIn(name: string): string {
  return new RegExp(`^export ${name}='(.*)'$`, "m").exec(text)?.[1] ?? "";
}

function end(why: string, code = 1): never {
  process.stderr.write(`${why}\n`);
  process.exit(code);
}
