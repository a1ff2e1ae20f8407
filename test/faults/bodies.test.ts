import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, eventually, machinesOf, withDoor } from "../workflows/session.ts";
import { over, proxy, scaleWaits, timeOut } from "./scene.ts";
import { Table } from "./table.ts";

const { clients } = engine;
const table = new Table();

/** Each call that the shipped scripts make before ready is the beginning of a phase. */
const phases = [
  { phase: "booting", service: "ec2", action: "CreateTags", nth: 1 },
  { phase: "looking for its note", service: "ssm", action: "GetParameter", nth: 1 },
  { phase: "invited", service: "ec2", action: "CreateTags", nth: 2 },
  { phase: "preparing", service: "ec2", action: "CreateTags", nth: 3 },
  { phase: "answering", service: "states", action: "SendTaskSuccess", nth: 1 },
];

const ends = [
  {
    end: "dead",
    of: async (session: string) => {
      const InstanceIds = (await machinesOf(session)).flatMap(({ InstanceId }) => InstanceId ?? []);
      await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    },
    cause: /ended before|shut itself down|is gone again/,
  },
  {
    end: "silent",
    of: (session: string) => eventually(() => timeOut(session)),
    cause: /did not report ready in time/,
  },
];

const cases = phases.flatMap((phase) =>
  ends.map((end) => ({ name: `body · ${end.end} · ${phase.phase}`, ...phase, ...end })),
);

beforeAll(() => scaleWaits(0.05));
afterAll(async () => {
  await scaleWaits(1);
  table.print("Machines that die or fall silent");
});

describe.concurrent("a machine that is", () => {
  for (const { name, service, action, nth, of, cause } of cases) {
    it(name, () =>
      table.keep(name, async () => {
        const session = newSession("body");
        const call = { session, caller: "body", service, action, nth };
        await proxy.inject({ ...call, deed: { do: "hold", milliseconds: 100_000 } });
        const execution = await engine.launch(session, withDoor);
        await eventually(async () => {
          const calls = await proxy.callsOf(session);
          if (!calls.some(({ fault }) => fault === "hold")) throw new Error("the phase has not come");
        });
        await of(session);
        const launch = await engine.waitFor(execution);
        expect(launch).toMatchObject({ error: "LaunchFailed", cause: expect.stringMatching(cause) });
        await over(session);
        return "failed, nothing left";
      }),
    );
  }
});

it("a machine whose answer is heard, but that does not hear so, is ready once", async () => {
  const session = newSession("body");
  const call = { session, caller: "body", service: "states", action: "SendTaskSuccess", times: 1 };
  await proxy.inject({ ...call, deed: { do: "lose" } });
  expect((await engine.waitFor(await engine.launch(session, withDoor))).status).toBe("SUCCEEDED");
  expect((await engine.waitFor(await engine.teardown(session))).status).toBe("SUCCEEDED");
  await over(session);
});
