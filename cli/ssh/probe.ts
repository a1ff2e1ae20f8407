import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { CommandError } from "../command-error.ts";

/** How a port answered. */
export type PortAnswer = "open" | "refused" | "silent";

/** One try to reach a port. */
export function tryPort(address: string, port: number, milliseconds: number): Promise<PortAnswer> {
  const { promise, resolve } = Promise.withResolvers<PortAnswer>();
  const socket = connect({ host: address, port, timeout: milliseconds });
  const settle = (answer: PortAnswer) => {
    socket.destroy();
    resolve(answer);
  };
  socket.once("connect", () => settle("open"));
  socket.once("timeout", () => settle("silent"));
  socket.once("error", (error: NodeJS.ErrnoException) =>
    settle(error.code === "ECONNREFUSED" ? "refused" : "silent"),
  );
  return promise;
}

export interface Probe {
  readonly address: string;
  readonly port: number;
  /** How long the port may take to open: sshd starts about when the machine says that it is ready. */
  readonly patienceMilliseconds: number;
  readonly signal: AbortSignal;
}

/** Waits until the port answers; says what may stand in between when it does not. */
export async function awaitPort({ address, port, patienceMilliseconds, signal }: Probe): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const left = Math.max(deadline - performance.now(), 100);
    const answer = await tryPort(address, port, Math.min(left, 5_000));
    if (answer === "open" || signal.aborted) return;
    if (performance.now() >= deadline) throw blocked(address, port, answer);
    await pause(500, undefined, { signal }).catch(() => undefined);
  }
}

function blocked(address: string, port: number, answer: PortAnswer): CommandError {
  return answer === "refused"
    ? new CommandError({
        what: `${address} refuses connections on port ${port}`,
        why: "the machine is up and no sshd listens there, or something on the way refuses in its place",
        remedy: "try again; if it stays so, look at the machine with aws ssm start-session",
        ending: "unreachable",
      })
    : new CommandError({
        what: `port ${port} of ${address} does not answer`,
        why: "your network blocks SSH to the outside, a VPN or proxy gives you another address than the one that was let in, or your address has changed since",
        remedy:
          "try another network or without the VPN, name your address with --address, or launch with --no-key and use aws ssm start-session",
        ending: "unreachable",
      });
}
