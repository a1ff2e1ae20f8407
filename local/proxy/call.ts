/** Who made a call. Of a function it is known which process and which invocation. */
export interface Caller {
  /** A function's own name ("launch"), "body" for a machine, "client" for everybody else. */
  readonly name: string;
  readonly process?: number;
  readonly invocation?: string;
}

/** What a request asks of AWS, whatever protocol it speaks. */
export interface Operation {
  /** The name that the service signs by: ec2, states, monitoring, … */
  readonly service: string;
  readonly action: string;
  readonly protocol: "query" | "ec2" | "json" | "rest" | "cbor";
}

/** One call as it was recorded. */
export interface Call {
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly caller: Caller;
  readonly service: string;
  readonly action: string;
  /** The watched session that the call is about, where that can be told. */
  readonly session?: string;
  /** The how-manieth call of this caller, service and action for this session. */
  readonly nth: number;
  /** The same for any session, from the last time on that the faults of any session were lifted. */
  readonly nthOfAny: number;
  /** Ids of machines, groups, volumes and interfaces in the request. */
  readonly resources: readonly string[];
  /** What was asked, decoded; kept for calls of watched sessions only. */
  readonly request?: string;
  /** What was done to it, if something was. */
  fault?: string;
  /** The status that the emulator answered with; none while it has not, or was not asked. */
  status?: number;
}
