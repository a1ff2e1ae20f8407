import { type Account, announcement, findAccount } from "./aws/account.ts";
import { type Clients, clientsOf } from "./aws/clients.ts";
import { chooseTarget, type Target } from "./aws/target.ts";
import { type ConfigFile, readConfig } from "./config.ts";
import type { GlobalOptions } from "./options.ts";
import { type Screen, screenOf } from "./show/screen.ts";

/** Everything that a command works with. */
export interface Context {
  readonly options: GlobalOptions;
  readonly configFile: ConfigFile;
  readonly target: Target;
  readonly stage: string;
  readonly clients: Clients;
  readonly screen: Screen;
  /** Asked once, and only of AWS or when an ARN is wanted. */
  readonly account: () => Promise<Account>;
  /** Says whom this run talks to, in the first line that it writes. */
  readonly announce: () => Promise<void>;
}

export function makeContext(options: GlobalOptions): Context {
  const configFile = readConfig();
  const screen = screenOf(options.json === true);
  const target = chooseTarget(options, configFile.config, process.env);
  const told = (line: string) => void process.stderr.write(`${line}\n`);
  const clients = clientsOf(target, options.showAws ? told : undefined);
  let found: Promise<Account> | undefined;
  const account = () => {
    found ??= findAccount(clients);
    return found;
  };
  // The engine has one account and one region, so there is nothing to ask.
  const announce = async () =>
    screen.note(announcement(target, target.kind === "aws" ? await account() : undefined));
  return { options, configFile, target, stage: target.stage, clients, screen, account, announce };
}
