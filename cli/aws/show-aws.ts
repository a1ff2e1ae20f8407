import { commandLine } from "./command-line.ts";

type Next = (call: { input: object }) => Promise<object>;
type Middleware = (next: Next, context: { clientName?: string; commandName?: string }) => Next;

/** As much of any client as is needed to listen to its calls. */
interface Listenable {
  middlewareStack: { add(middleware: Middleware, options: { step: "serialize"; name: string }): void };
}

/** Tells of each call that a client makes, as the AWS CLI would make it: whatever the client, from here alone. */
export function tellCalls(
  client: Listenable,
  tell: (line: string) => void,
  more: Readonly<Record<string, string | undefined>>,
): void {
  const middleware: Middleware =
    (next, { clientName = "", commandName = "" }) =>
    (call) => {
      tell(commandLine(clientName, commandName, call.input, more));
      return next(call);
    };
  // The document client marshals in the step before this one, so the values are those that go over the wire.
  client.middlewareStack.add(middleware, { step: "serialize", name: "tellCalls" });
}
