/** A machine that the engine says it has. */
export interface Machine {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly zone: string;
  readonly privateAddress: string;
  readonly publicAddress: string | undefined;
  readonly mac: string;
  readonly market: "spot" | "on-demand";
  readonly blueprint: string;
  /** Asked each time: tags change while the machine runs. */
  readonly tags: () => ReadonlyMap<string, string>;
}

/**
 * What gives a machine its life. Whatever a body is made of, it holds to this: it runs the machine's own user data,
 * knows of its machine only what the metadata service tells, stays up when the user data ended well, and leaves
 * nothing when it is ended.
 */
export interface Body {
  /** Resolves when the body powers off by itself; never when it is ended from here. */
  readonly poweredOff: Promise<void>;
  /** Ends it, with all it started, and removes what it wrote. */
  readonly end: () => void;
}

export type MakeBody = (machine: Machine) => Promise<Body>;
