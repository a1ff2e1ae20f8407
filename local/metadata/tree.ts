import { credentials } from "../environment.ts";
import type { MachineFacts } from "./facts.ts";
import type { Notices } from "./notices.ts";

/** A leaf is text or a way to get it; a folder lists its own names. */
type Leaf = string | (() => string);
interface Folder {
  readonly [name: string]: Leaf | Folder;
}

const hour = 3_600_000;

/** The metadata of one machine as a tree, in EC2's own names: what our scripts, cloud-init and the SDKs ask for. */
export function metadataOf(facts: MachineFacts): Folder {
  return {
    "user-data": facts.userData,
    dynamic: { "instance-identity": { document: () => identityDocument(facts) } },
    "meta-data": {
      "ami-id": facts.imageId,
      "ami-launch-index": "0",
      hostname: privateName(facts),
      "instance-action": "none",
      "instance-id": facts.instanceId,
      "instance-life-cycle": facts.market,
      "instance-type": facts.instanceType,
      "local-hostname": privateName(facts),
      "local-ipv4": facts.privateAddress,
      mac: facts.mac,
      network: { interfaces: { macs: { [facts.mac]: interfaceOf(facts) } } },
      ...(facts.publicAddress !== undefined && { "public-ipv4": facts.publicAddress }),
      placement: { region: facts.region, "availability-zone": facts.zone },
      services: { domain: "amazonaws.com", partition: "aws" },
      tags: { instance: Object.fromEntries(facts.tags()) },
      iam: { "security-credentials": { [facts.role]: () => roleCredentials() } },
      ...noticesIn(facts.notices()),
    },
  };
}

/** Both are there only when something is up. */
function noticesIn({ interruption, rebalance }: Notices): Folder {
  return {
    ...(interruption !== undefined && { spot: { "instance-action": JSON.stringify(interruption) } }),
    ...(rebalance !== undefined && {
      events: { recommendations: { rebalance: JSON.stringify(rebalance) } },
    }),
  };
}

const privateName = ({ privateAddress }: MachineFacts) =>
  `ip-${privateAddress.replaceAll(".", "-")}.ec2.internal`;

function interfaceOf(facts: MachineFacts): Folder {
  return {
    "device-number": "0",
    "local-hostname": privateName(facts),
    "local-ipv4s": facts.privateAddress,
    mac: facts.mac,
    "owner-id": facts.account,
    ...(facts.publicAddress !== undefined && { "public-ipv4s": facts.publicAddress }),
  };
}

/** The text at a path, as EC2 answers it; undefined where there is nothing. */
export function textAt(tree: Folder, path: readonly string[]): string | undefined {
  let here: Leaf | Folder | undefined = tree;
  for (const name of path) {
    if (typeof here !== "object" || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  if (here === undefined || typeof here === "string") return here;
  if (typeof here === "function") return here();
  return Object.entries(here)
    .map(([name, value]) => (typeof value === "object" ? `${name}/` : name))
    .join("\n");
}

function identityDocument(facts: MachineFacts): string {
  const document = {
    accountId: facts.account,
    architecture: facts.architecture,
    availabilityZone: facts.zone,
    imageId: facts.imageId,
    instanceId: facts.instanceId,
    instanceType: facts.instanceType,
    privateIp: facts.privateAddress,
    region: facts.region,
    version: "2017-09-30",
  };
  return JSON.stringify(document, undefined, 2);
}

/** Not those of anything: the engine checks no signatures, and nothing else is in reach. */
function roleCredentials(): string {
  const now = Date.now();
  const answer = {
    Code: "Success",
    LastUpdated: new Date(now).toISOString(),
    Type: "AWS-HMAC",
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: new Date(now + 6 * hour).toISOString(),
  };
  return JSON.stringify(answer, undefined, 2);
}
