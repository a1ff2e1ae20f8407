/** Tags are the inventory: by them a machine is found that no record explains. */
export const tagKeys = {
  stage: "moonbase:stage",
  blueprint: "moonbase:blueprint",
  session: "moonbase:session",
  /** What the machine last said of itself. */
  phase: "moonbase:phase",
  /** What a machine asks for: the reason why it should end and what it saw, or "nothing". */
  asks: "moonbase:asks",
  /** Whether somebody is logged in, as the machine sees it: "open" or "none". */
  logins: "moonbase:logins",
  /** Whether it is on its tailnet: "up" or "down", and since when. */
  tailscale: "moonbase:tailscale",
  /** The last backup that a machine made by itself: the first eight characters of its id, and when. */
  saved: "moonbase:saved",
  /** What the control plane wants of the machine: "nothing" or an order of `functions/session/orders.ts`. */
  wants: "moonbase:wants",
  /** What the control plane answers to a machine that asks for its end and does not get it. */
  heard: "moonbase:heard",
  /** What the control plane has to say to whoever is logged in. */
  tells: "moonbase:tells",
  /** On a machine that is up although its session's end has come: why. */
  kept: "moonbase:kept",
  /** On a machine's parameter: the ARN of the only machine that may read it. */
  machine: "moonbase:machine",
} as const;

/** As the services show one. */
export interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

export const tagValue = (tags: Tag[] | undefined, key: string): string | undefined =>
  tags?.find(({ Key }) => Key === key)?.Value;

/** Text as the value of a tag: EC2 takes 256 characters, and only these wherever tags are shown in the metadata. */
export const tagText = (text: string) => text.replace(/[^A-Za-z0-9 _.:/=+@-]/g, " ").slice(0, 256);

export function sessionTags(stage: string, session: string): { Key: string; Value: string }[] {
  return [
    { Key: tagKeys.stage, Value: stage },
    { Key: tagKeys.session, Value: session },
  ];
}

/** EC2 filters for everything of one session in one stage; the narrow one first, for engines that go through them in turn. */
export function sessionFilters(stage: string, session: string) {
  return [
    { Name: `tag:${tagKeys.session}`, Values: [session] },
    { Name: `tag:${tagKeys.stage}`, Values: [stage] },
  ];
}
