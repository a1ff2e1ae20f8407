import type { Clients } from "./clients.ts";
import type { Target } from "./target.ts";

/** Whose account, in which region: what an ARN is made of. */
export interface Account {
  readonly partition: string;
  readonly id: string;
  readonly region: string;
  /** The caller; empty where nobody says. */
  readonly caller: string;
}

export async function findAccount(clients: Clients): Promise<Account> {
  const client = await clients.identity();
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const [{ Account: id = "", Arn = "" }, region] = await Promise.all([
    client.send(new GetCallerIdentityCommand({})),
    client.config.region(),
  ]);
  return { id, region, partition: Arn.split(":")[1] || "aws", caller: Arn };
}

/** The first line of every run: whom it talks to. */
export function announcement(target: Target, account: Account | undefined): string {
  const where =
    target.kind === "local"
      ? `local engine at ${new URL(target.endpointOf("SFN")).host}`
      : `AWS account ${account?.id} · region ${account?.region}`;
  return `moonbase · ${where} · stage ${target.stage}`;
}
