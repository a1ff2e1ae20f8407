import * as z from "zod";
import { fieldsAllowed, requestedBy, session, sourceCidr } from "./fields.ts";

/** What an operator gives to `ssh`. */
const fields = {
  session,
  ssh: z.enum(["on", "off"], "allowed: on, off"),
  /** The one address that is let in; without it the deployment's own `sshAllowedCidr`. */
  sourceCidr: sourceCidr.optional(),
  /** Who asks, in the caller's own words; nobody checks them. */
  requestedBy: requestedBy.optional(),
  /** Off, if it was turned on then and not anew since: whoever looked earlier undoes nothing newer. */
  onSince: z.iso.datetime("allowed: a time in UTC, such as 2026-11-20T12:00:00.000Z").optional(),
};

export const sshInput = z
  .strictObject(fields, fieldsAllowed(...Object.keys(fields)))
  .superRefine((input, context) => {
    const [name, other] =
      input.ssh === "on" ? (["onSince", "off"] as const) : (["sourceCidr", "on"] as const);
    if (input[name] === undefined) return;
    context.addIssue({ code: "custom", path: [name], message: `allowed: only with "ssh": "${other}"` });
  });
export type SshInput = z.infer<typeof sshInput>;

/** What holds from now on. */
export const turned = z.object({
  session: z.string(),
  ssh: z.enum(["on", "off"]),
  /** Who may reach the port; null: nobody. */
  sourceCidr: z.string().nullable(),
  port: z.int(),
  message: z.string(),
});
export type Turned = z.infer<typeof turned>;

/** What the one step answers. Refused, `session` is empty and `message` says why. */
export const turn = turned.extend({ outcome: z.enum(["turned", "refused"]) });
export type Turn = z.infer<typeof turn>;
