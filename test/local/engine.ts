import { randomUUID } from "node:crypto";
import type { DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import { inject } from "vitest";
import { clientsOf } from "../../local/clients.ts";
import { inventory } from "../../local/session/inventory.ts";
import { endOf, startWorkflow } from "../../local/session/run.ts";

/** The engine that `global-setup.ts` has started, as tests use it: through the public ways in only. */
export function sharedEngine() {
  const { endpoints, stage, folder } = inject("engine");
  const clients = clientsOf(endpoints);

  /** Starts a launch under this session id; without input, of an admin machine with no key. */
  const launch = (session: string, input: unknown = { blueprint: "admin" }): Promise<string> =>
    startWorkflow(clients, stage, "launch", session, input);

  const teardown = (session: string, input: unknown = { session }): Promise<string> =>
    startWorkflow(clients, stage, "teardown", `${session}-${randomUUID().slice(0, 8)}`, input);

  const extend = (session: string, asked: object): Promise<string> =>
    startWorkflow(clients, stage, "extend", `${session}-${randomUUID().slice(0, 8)}`, { session, ...asked });

  const backup = (session: string): Promise<string> =>
    startWorkflow(clients, stage, "backup", `${session}-${randomUUID().slice(0, 8)}`, { session });

  const ssh = (session: string, asked: object): Promise<string> =>
    startWorkflow(clients, stage, "ssh", `${session}-${randomUUID().slice(0, 8)}`, { session, ...asked });

  const waitFor = (execution: string): Promise<DescribeExecutionOutput> => endOf(clients, execution);

  /** What is left of a session, from lists of everything: empty when it is clean. */
  const left = (session: string): Promise<string[]> => inventory(clients, session);

  return { endpoints, stage, folder, clients, launch, teardown, extend, backup, ssh, waitFor, left };
}

/** A session id that no other test has. */
export function newSession(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}
