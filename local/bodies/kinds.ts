import type { Clients } from "../clients.ts";
import type { Engine } from "../engine/engine.ts";
import type { MakeBody } from "./body.ts";
import { startAddressService } from "./nspawn/network.ts";
import { nspawnBodies } from "./nspawn/nspawn-body.ts";
import { processBodies } from "./process-body.ts";

export const bodyKinds = ["process", "nspawn"] as const;
export type BodyKind = (typeof bodyKinds)[number];

/** What the bodies of an engine are made of, with what each kind needs. */
export type BodyChoice =
  | {
      readonly kind: "process";
      /** For tests: told to bodies on top of what they are told anyway. */
      readonly environment?: Record<string, string>;
    }
  | { readonly kind: "nspawn"; readonly rootFileSystem: string };

export interface Bodies {
  readonly make: MakeBody;
  /** What clients are told on top of where the engine is. */
  readonly told: Record<string, string>;
  readonly stop: () => void;
}

interface Parts {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly stage: string;
  readonly failed: (error: unknown) => void;
}

export async function bodiesOf(choice: BodyChoice, parts: Parts): Promise<Bodies> {
  switch (choice.kind) {
    case "process": {
      const { environment = {} } = choice;
      return { make: processBodies({ ...parts, environment }), told: {}, stop: () => undefined };
    }
    case "nspawn": {
      const make = nspawnBodies({ ...parts, rootFileSystem: choice.rootFileSystem });
      const { address, stop } = await startAddressService();
      return { make, told: { MOONBASE_ADDRESS_SERVICES: address }, stop };
    }
  }
}
