import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { blueprints, variantNames } from "../blueprints/index.ts";
import type { LaunchOptions } from "./commands/launch.ts";
import type { UpOptions } from "./commands/local.ts";
import type { SshOptions } from "./commands/ssh.ts";
import type { TeardownOptions } from "./commands/teardown.ts";
import type { Context } from "./context.ts";
import { type Ending, exitCodesText } from "./exit-codes.ts";
import type { GlobalOptions } from "./options.ts";

/** What is done with the ending of a command. */
export type Ended = (ending: Ending) => void;

const variants = [...blueprints.values()].flatMap(variantNames);

/**
 * The command line. What a command needs is loaded when it runs, so that help is there at once: neither the SDK nor
 * the schemas are imported here.
 */
export function makeProgram(ended: Ended): Command {
  const program = new Command("moonbase")
    .description("Machines in your own AWS account that you launch, use and forget.")
    .option("--stage <name>", 'another stage than the configured one, or "moonbase"')
    .option("--region <name>", "another region than the configured one, or the AWS CLI's")
    .option("--profile <name>", "a profile of your AWS configuration")
    .option("--local", "the local engine of this checkout, without sourcing .local/env")
    .option("--json", "one JSON document on stdout")
    .option("--show-aws", "tell each AWS call as a line for the AWS CLI")
    .option("--dry-run", "say what would be done, and do nothing")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", `\nExit codes:\n${exitCodesText()}\n\nEverything else: docs/command.md`);

  /** Runs a command with a context made from its options. */
  const run =
    <Options extends GlobalOptions>(command: Command) =>
    async (work: (context: Context, options: Options) => Promise<Ending>) => {
      const { makeContext } = await import("./context.ts");
      const options = command.optsWithGlobals<Options>();
      const context = makeContext(options);
      try {
        ended(await work(context, options));
      } catch (error) {
        throw await (await import("./aws/recognize.ts")).recognize(error, context);
      }
    };

  const launch = program
    .command("launch")
    .description("bring up a machine, log in, and take it away when the shell ends")
    .addArgument(new Argument("<blueprint>", "the kind of machine").choices([...blueprints.keys()]))
    .option("--session <id>", "its name: 1 to 40 letters, digits and hyphens")
    .option("--minutes <number>", "how long it may live at most", wholeNumber)
    .option("--address <ipv4>", "your own address, as the machine sees it; looked up otherwise")
    .addOption(new Option("--variant <name>", "another one than the configured").choices(variants))
    .option("--restore <what>", "what its home is made of: pinned, latest, none, or the id of a snapshot")
    .option("--ssh", "open port 22 to your address, where the blueprint does so on request only")
    .option("--force", "launch although the month's budget could be broken")
    .option("--detach", "keep it up, and log in later with connect")
    .option("--no-key", "make no key and open no port: Session Manager is the way in (implies --detach)")
    .action((blueprint: string) =>
      run<LaunchOptions>(launch)(async (context, options) =>
        (await import("./commands/launch.ts")).launch(context, blueprint, options),
      ),
    );

  const status = program
    .command("status")
    .description("what is live, and where books and machines disagree")
    .argument("[session]", "one session, ended ones as well")
    .action((session: string | undefined) =>
      run(status)(async (context) => (await import("./commands/status.ts")).status(context, session)),
    );

  const connect = program
    .command("connect")
    .description("log in to a machine that is up; it stays up")
    .argument("<session>", "a session that is ready")
    .action((session: string) =>
      run(connect)(async (context) => (await import("./commands/connect.ts")).connect(context, session)),
    );

  const extend = program
    .command("extend")
    .description("give a session more time")
    .argument("<session>", "a session that is live")
    .argument("<minutes>", "how many more minutes", wholeNumber)
    .action((session: string, extendMinutes: number) =>
      run(extend)(async (context, options) =>
        (await import("./commands/extend.ts")).extend(context, session, { extendMinutes }, options),
      ),
    );

  const hold = program
    .command("hold")
    .description("keep a session up for a while although nobody uses it")
    .argument("<session>", "a session that is live")
    .argument("<minutes>", "for how many minutes from now; 0 lets go", wholeNumber)
    .action((session: string, holdMinutes: number) =>
      run(hold)(async (context, options) =>
        (await import("./commands/extend.ts")).extend(context, session, { holdMinutes }, options),
      ),
    );

  const backupNow = program
    .command("backup-now")
    .description("have the machine save what it holds, and end nothing")
    .argument("<session>", "a session that is ready")
    .action((session: string) =>
      run(backupNow)(async (context, options) =>
        (await import("./commands/backup-now.ts")).backupNow(context, session, options),
      ),
    );

  const ssh = program.command("ssh").description("who may reach a session's machine by ssh");
  const sshOn = ssh
    .command("on")
    .description("let one address in, and no other")
    .argument("<session>", "a session that is ready")
    .option("--from <address>", "the one address; the configured one or your own otherwise")
    .action((session: string) =>
      run<SshOptions>(sshOn)(async (context, options) =>
        (await import("./commands/ssh.ts")).ssh(context, session, "on", options),
      ),
    );
  const sshOff = ssh
    .command("off")
    .description("let nobody in any more; connections that are open go on")
    .argument("<session>", "a session")
    .action((session: string) =>
      run<SshOptions>(sshOff)(async (context, options) =>
        (await import("./commands/ssh.ts")).ssh(context, session, "off", options),
      ),
    );

  const teardown = program
    .command("teardown")
    .description("take sessions away, and wait until nothing is left")
    .argument("[session...]", "sessions")
    .option("--all", "every session that is live, and every machine that no session explains")
    .action((sessions: string[]) =>
      run<TeardownOptions>(teardown)(async (context, options) =>
        (await import("./commands/teardown.ts")).teardown(context, sessions, options),
      ),
    );

  const why = program
    .command("why")
    .description("the story of a session: when, what, why it ended, what it cost")
    .argument("<session>", "any session, ended ones as well")
    .action((session: string) =>
      run(why)(async (context) => (await import("./commands/why.ts")).why(context, session)),
    );

  const cost = program
    .command("cost")
    .description("this month's books")
    .action(() => run(cost)(async (context) => (await import("./commands/cost.ts")).cost(context)));

  const deploy = program
    .command("deploy")
    .description("cdk deploy --all, with your configuration")
    .action(() =>
      run(deploy)(async (context, options) =>
        (await import("./commands/deploy.ts")).deploy(context, options),
      ),
    );

  addLocal(program, ended);
  return program;
}

/** The engine is no target yet when it is started, so these have no context. */
function addLocal(program: Command, ended: Ended): void {
  const local = program.command("local").description("the local engine of this checkout");
  const up = local
    .command("up")
    .description("start it in the background")
    .addOption(new Option("--port <number>", "its first port, and the one after it; 4566 by default"))
    .addOption(new Option("--body <kind>", "what stands for a machine"))
    .action(async () =>
      ended(await (await import("./commands/local.ts")).up(up.optsWithGlobals<UpOptions>())),
    );
  const down = local
    .command("down")
    .description("end it, and all that it has running")
    .action(async () => ended(await (await import("./commands/local.ts")).down(down.optsWithGlobals())));
  const status = local
    .command("status")
    .description("whether it is up, and where")
    .action(async () =>
      ended(await (await import("./commands/local.ts")).engineStatus(status.optsWithGlobals())),
    );
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Allowed: a whole number of minutes.");
}
