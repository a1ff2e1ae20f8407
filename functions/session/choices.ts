import { type Blueprint, blueprintNamed, type Choice, chosen } from "../../blueprints/index.ts";
import type { Deployment } from "./deployment.ts";
import type { SessionRecord } from "./record.ts";

/** What the operator has configured of the kinds of machines, by blueprint. */
export const choicesOf = ({ devbox }: Pick<Deployment, "devbox">): Record<string, Choice> => ({
  devbox: { variant: devbox.variant, rootGiB: devbox.rootGiB },
});

/** The kind of machine that a session has, as it was chosen when the session was asked for. */
export const kindOf = ({
  blueprint,
  variant,
  rootGiB,
}: Pick<SessionRecord, "blueprint" | "variant" | "rootGiB">): Blueprint =>
  chosen(blueprintNamed(blueprint), { variant, rootGiB });
