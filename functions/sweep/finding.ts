import { session as sessionField } from "../../workflows/fields.ts";
import { namesOf } from "../session/names.ts";
import { type Tag, tagKeys, tagValue } from "../session/tags.ts";

/** What a session may leave behind. A security group's rule is told apart: it may be in a group that is not the session's. */
export const kinds = [
  "machine",
  "volume",
  "network interface",
  "security group",
  "security group rule",
  "address",
  "alarm",
  "parameter",
  "schedule",
] as const;
export type Kind = (typeof kinds)[number];

/** Something that is there and bears the name of a session, by the id that a person would look for. */
export interface Finding {
  kind: Kind;
  id: string;
  session: string;
  /** What it says right now that an event may have said once and in vain. */
  says?: readonly ("idle" | "asks" | "tailnet")[];
}

/** Something of our stage that names no session: it is told, and never touched. */
export interface Stray {
  kind: Kind;
  id: string;
}

export interface Listing {
  findings: Finding[];
  strays: Stray[];
}

/** What CloudFormation made belongs to a stack, whatever else it bears; so do base groups and the lab's network. */
const isOfStack = (tags: Tag[] | undefined): boolean =>
  tags?.some(({ Key }) => Key?.startsWith("aws:cloudformation:")) ?? false;

/** Whose a tagged thing is. The listing asked for our tag; that is looked at once more, because removal follows. */
export function byTags(
  kind: Kind,
  id: string | undefined,
  tags: Tag[] | undefined,
  stage: string,
): Finding | Stray | undefined {
  if (id === undefined || tagValue(tags, tagKeys.stage) !== stage || isOfStack(tags)) return undefined;
  const session = sessionField.safeParse(tagValue(tags, tagKeys.session)).data;
  return session === undefined ? { kind, id } : { kind, id, session };
}

/** Whose a thing is that has a name and no tags: the name is read back the way it was made, from end to end. */
export function byName(
  kind: Kind,
  id: string | undefined,
  nameFor: (session: string) => string,
): Finding | undefined {
  const [before = "", after = ""] = nameFor("|").split("|");
  if (id === undefined || id.length < before.length + after.length) return undefined;
  if (!id.startsWith(before) || !id.endsWith(after)) return undefined;
  const session = sessionField.safeParse(id.slice(before.length, id.length - after.length)).data;
  return session === undefined ? undefined : { kind, id, session };
}

/** Only parameters of machines, and none of another stage whose name begins like ours. */
export const isMachineParameter = (name: string | undefined, stage: string): name is string =>
  name?.startsWith(namesOf(stage).machineParameter("")) ?? false;

/** The strays that a person should hear of, because they cost money. Volumes and interfaces may have other owners. */
const toldOf: readonly Kind[] = ["machine", "address"];

export function listingOf(sights: (Finding | Stray | undefined)[]): Listing {
  const seen = sights.filter((sight) => sight !== undefined);
  return {
    findings: seen.filter((sight): sight is Finding => "session" in sight),
    strays: seen.filter((sight) => !("session" in sight) && toldOf.includes(sight.kind)),
  };
}
