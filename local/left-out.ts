import type { BodyKind } from "./bodies/kinds.ts";

/** Something that AWS does and the local engine does not. */
export interface LeftOut {
  readonly what: string;
  readonly why: string;
  readonly instead: string;
  /** The names of what is left out, for the code that does it. */
  readonly names?: readonly string[];
}

/**
 * All that is left out locally or that something stands in for, whatever bodies are made of. It is printed at every
 * start; the code that leaves a thing out refers to it here, so that the list cannot fall behind. The templates
 * themselves are deployed as they are, but for the types in `resourceTypes`.
 */
export const leftOut = {
  machineEvents: {
    what: "EC2 Instance State-change Notification",
    why: "functions and machines are in two emulators, and PutEvents refuses sources of AWS",
    instead:
      "local/bridge.ts asks the engine which rules match and invokes their functions; no retry, no dead-letter queue",
  },
  alarmEvents: {
    what: "CloudWatch Alarm State Change",
    why: "the engine's alarms run actions but put no event",
    instead: "local/bridge.ts, in the same way",
  },
  metrics: {
    what: "the metrics that EC2 sends of its machines",
    why: "the engine's alarms judge the points of all machines together, and one point as if it were all periods: the first one would have every session idle",
    instead: "an alarm changes only by set-alarm-state",
  },
  spot: {
    what: "EC2 Spot Instance Interruption Warning, EC2 Instance Rebalance Recommendation",
    why: "the engine's spot machines are never taken away",
    instead:
      "`npx node local/interrupt.ts <session>` has spot say so, in the machine's metadata and as AWS's event, and two minutes later the machine is terminated",
    names: ["EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"],
  },
  machineStack: {
    what: "CloudFormation of one account for all stacks",
    why: "the emulator that knows launch templates and fleets is not the one that takes `cdk deploy`",
    instead:
      "data and control go through `cdk deploy`; machines, from the same synthesis, through create-stack in the other",
  },
  resourceTypes: {
    what: "AWS::Budgets::Budget",
    why: "the emulator that takes `cdk deploy` has no budgets",
    instead: "its topic is there: publish to it what AWS Budgets would say",
    names: ["AWS::Budgets::Budget"],
  },
  settings: {
    what: "the settings region and notifyEmail of cdk.json",
    why: "the engine has one region, us-east-1, and sends no mail",
    instead: "both are left at their defaults",
    names: ["region", "notifyEmail"],
  },
  appointments: {
    what: "the time zone of the schedule that removes old backups, and the time that it tells",
    why: "the engine's CloudFormation drops the one, and its scheduler does not fill in the other",
    instead: "its hour is one of UTC, and the appointment is when it comes",
  },
  permissions: {
    what: "IAM, TLS, keys over parameters and topics, and quotas",
    why: "the engine checks none of them",
    instead: "policies are simulated in `npm test`; on AWS they are enforced",
  },
  capacity: {
    what: "missing capacity, spot prices that move",
    why: "every fleet request is granted at once, and a machine is gone the moment it is terminated",
    instead: "`npm test` gives the functions such replies",
  },
  fleetTokens: {
    what: "ClientToken of CreateFleet",
    why: "the engine makes another machine each time",
    instead:
      "the proxy of `npm run faults` answers as the first time; without it, provision finds two and keeps the oldest",
  },
  telemetry: {
    what: "X-Ray traces and the log groups of workflows",
    why: "the engine accepts both settings and does nothing",
    instead: "the emulators' logs in .local, and the execution history",
  },
} as const satisfies Record<string, LeftOut>;

const groups = {
  what: "security groups, addresses and profiles on the machines of a fleet",
  why: "the engine drops them from its fleets",
} as const;

/** And what each kind of body leaves out. */
const leftOutByBodies = {
  process: {
    machine: {
      what: "a real machine",
      why: "the engine keeps machines in memory only",
      instead:
        "an ordinary process runs the launch template's own user data; it installs no packages, makes no users, starts no sshd, watches no logins, says nothing on a terminal, and exits where a machine powers off; it carries out orders to save",
    },
    metadata: {
      what: "the instance metadata service",
      why: "the engine has one for all machines; 169.254.169.254 needs a network namespace",
      instead: "one on loopback for each process, IMDSv2 only, on a port of its own",
    },
    network: { ...groups, instead: "the launch template says them, and `npm test` reads it there" },
  },
  nspawn: {
    machine: {
      what: "a machine of its own, with its image",
      why: "systemd-nspawn boots a system on this machine's kernel, and Debian's tools build Debian",
      instead:
        "a Debian with cloud-init, the image's user and sshd runs the launch template's own user data and scripts; its root is root on this kernel, so launch here only what you trust",
    },
    internet: {
      what: "the way out to the internet, a resolver and snapd",
      why: "nothing local may reach anything but the engine",
      instead: "the toolkit says which tools are missing; tmux is there from the start",
    },
    metadata: {
      what: "parts of the instance metadata service",
      why: "the engine has one for all machines",
      instead: "one for each body at 169.254.169.254, IMDSv2 only, with what scripts and cloud-init ask for",
    },
    network: {
      ...groups,
      instead:
        "the session's own group, which the launch adds afterwards, is in force for what comes in (not for ICMP, nor with groups as sources), and nothing goes out but answers; an Elastic address takes the place of the public one",
    },
  },
} as const satisfies Record<BodyKind, Record<string, LeftOut>>;

/** The whole list for one kind of body. */
export const leftOutOf = (body: BodyKind): Record<string, LeftOut> => ({
  ...leftOutByBodies[body],
  ...leftOut,
});
