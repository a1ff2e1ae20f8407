import { credentials } from "../environment.ts";
import type { MachineFacts } from "./facts.ts";

/** A leaf is text or a way to get it; a folder lists its own names. */
type Leaf = string | (() => string);
interface Folder {
  readonly [name: string]: Leaf | Folder;
}

const hour = 3_600_000;

/** The metadata of one machine as a tree, in EC2's own names; only what a machine of ours may ask for. */
export async function metadataOf(facts: MachineFacts): Promise<Folder> {
  return {
    "user-data": facts.userData,
    dynamic: { "instance-identity": { document: () => identityDocument(facts) } },
    "meta-data": {
      "ami-id": facts.imageId,
      "instance-id": facts.instanceId,
      "instance-type": facts.instanceType,
      "local-ipv4": facts.privateAddress,
      "public-ipv4": facts.publicAddress,
      placement: { region: facts.region, "availability-zone": facts.zone },
      tags: { instance: Object.fromEntries(await facts.tags()) },
      iam: { "security-credentials": { [facts.role]: () => roleCredentials() } },
      // `spot/instance-action` and `events/recommendations/rebalance` are there only when something is up.
    },
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
