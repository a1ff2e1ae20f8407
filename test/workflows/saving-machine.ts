import { CreateTagsCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendTaskFailureCommand, SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "vitest";
import * as z from "zod";
import { account, region } from "../../local/environment.ts";
import { newSession } from "../local/engine.ts";
import { call, engine, eventually, machinesOf, recordOf, turnClock, undertakerOf } from "./session.ts";

/**
 * The test plays the machine: it sees the order in its tag, reads the note, puts what it saves, and answers. The word
 * "mute" in a session's name keeps the stand-in's own script from doing so.
 */

const { clients, stage } = engine;

/** What a machine finds in its note. */
const note = z.object({ order: z.string(), taskToken: z.string() });
export type Note = z.infer<typeof note>;

/** Launches a machine of a blueprint and waits until it is ready. */
export async function readyMachine(blueprint: string, what: string): Promise<string> {
  const session = newSession(`${what}-mute`);
  expect(await engine.waitFor(await engine.launch(session, { blueprint }))).toMatchObject({
    status: "SUCCEEDED",
  });
  return session;
}

export async function machineOf(session: string) {
  const [machine] = await machinesOf(session);
  const tags = new Map(machine?.Tags?.map(({ Key = "", Value }) => [Key, Value]));
  return { id: machine?.InstanceId ?? "", state: machine?.State?.Name, tags };
}

/** The order that the machine gets, and the token to answer with. */
export const asked = (session: string, order: string, by: "save" | "backup" = "save"): Promise<Note> =>
  eventually(async () => {
    const { id, tags } = await machineOf(session);
    expect(tags.get("moonbase:wants")).toBe(order);
    const Name = `/${stage}/machines/${id}/${by}`;
    const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    const found = note.parse(JSON.parse(Parameter?.Value ?? ""));
    expect(found.order).toBe(order);
    return found;
  });

export const answer = ({ order, taskToken }: Note, said: object) =>
  clients.stepFunctions.send(
    new SendTaskSuccessCommand({
      taskToken,
      output: JSON.stringify({ order, message: "all of it", ...said }),
    }),
  );

/** The time for an answer is over, told by the clock's own words: the engine would take twenty minutes. */
export const neverAnswer = ({ taskToken }: Note) =>
  clients.stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: "States.Timeout" }));

/** What a blueprint of this proof leaves behind when it saves. */
export const leaveProof = {
  object: (blueprint: string, id: string) =>
    clients.s3.send(
      new PutObjectCommand({
        Bucket: `${stage}-backup-${account}-${region}`,
        Key: `${blueprint}/snapshots/${id}`,
        Body: "everything",
      }),
    ),
};

/** Spot takes the machine, or it dies. */
export async function takeMachine(session: string): Promise<void> {
  const { id } = await machineOf(session);
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
}

export async function tagMachine(session: string, Key: string, Value: string): Promise<void> {
  const { id } = await machineOf(session);
  await clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value }] }));
}

const hour = 3_600_000;
/** Makes a session that many hours older than it is. */
export const growOlder = (session: string, hours: number) =>
  turnClock(session, "requestedAt", new Date(Date.now() - hours * hour));

/** The undertaker that react has sent after a teardown that failed comes now. */
export async function comeBack(session: string): Promise<void> {
  await eventually(async () => {
    const { claim } = z.object({ claim: z.object({ expiresAt: z.string() }) }).parse(await recordOf(session));
    expect(Date.parse(claim.expiresAt)).toBeLessThan(Date.now());
  });
  const { Target } = await undertakerOf(session);
  await call("react", z.looseObject({}).parse(JSON.parse(Target?.Input ?? "")));
}

/** Deploys another choice between data and money; answers how to take it back. */
export async function choose(onSaveFailure: string): Promise<() => Promise<void>> {
  const url = `${engine.endpoints.serverless}/2015-03-31/functions/${stage}-teardown/configuration`;
  const configuration = z.object({
    Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  });
  const { Environment } = configuration.parse(await (await fetch(url)).json());
  const put = async (Variables: Record<string, string>) => {
    const body = JSON.stringify({ Environment: { Variables } });
    const answered = await fetch(url, { method: "PUT", body });
    expect(answered.ok, await answered.text()).toBe(true);
  };
  const settings = z.looseObject({}).parse(JSON.parse(Environment.Variables.MOONBASE_SETTINGS ?? ""));
  await put({ ...Environment.Variables, MOONBASE_SETTINGS: JSON.stringify({ ...settings, onSaveFailure }) });
  return () => put(Environment.Variables);
}
