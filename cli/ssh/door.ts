import type { SessionKey } from "../session/keys.ts";

/** Everything that ssh has to know of one machine. */
export interface Door {
  readonly session: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly key: SessionKey;
}
