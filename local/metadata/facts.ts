import type { Notices } from "./notices.ts";

/** What a machine can learn about itself from its metadata service. */
export interface MachineFacts {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly region: string;
  readonly zone: string;
  readonly account: string;
  readonly architecture: "x86_64" | "arm64";
  readonly privateAddress: string;
  /** Not every machine has one. */
  readonly publicAddress: string | undefined;
  /** Of its one interface. */
  readonly mac: string;
  readonly market: "spot" | "on-demand";
  readonly role: string;
  readonly userData: string;
  /** Asked each time: a tag can change while the machine runs. */
  readonly tags: () => ReadonlyMap<string, string>;
  /** Asked each time as well: what is up with the machine just now. */
  readonly notices: () => Notices;
}
