import { type Ending, exitCodes } from "./exit-codes.ts";

export interface Complaint {
  /** What happened. */
  readonly what: string;
  /** Because of what, as far as it is known. */
  readonly why?: string;
  /** What the operator can do about it. */
  readonly remedy?: string;
  readonly ending: Ending;
}

/** The one error that the command shows as it is: what, why, remedy, and what it exits with. */
export class CommandError extends Error {
  readonly complaint: Complaint;

  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(complaint.what, options);
    this.name = "CommandError";
    this.complaint = complaint;
  }

  get exitCode(): number {
    return exitCodes[this.complaint.ending].code;
  }
}

/** The same for a script. */
export function toJson({ complaint, exitCode }: CommandError) {
  const { what, why = null, remedy = null } = complaint;
  return { error: { what, why, remedy, exitCode } };
}
