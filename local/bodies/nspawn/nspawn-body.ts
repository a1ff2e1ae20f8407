import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { blueprints } from "../../../blueprints/index.ts";
import type { Clients } from "../../clients.ts";
import type { Engine } from "../../engine/engine.ts";
import { startGroup } from "../../engine/processes.ts";
import { endpointVariables } from "../../environment.ts";
import type { MakeBody } from "../body.ts";
import { groupBody } from "../group-body.ts";
import { identify } from "../identity.ts";
import { Doors } from "./doors.ts";
import { prepare } from "./folder.ts";
import { freeStores, hasInstanceStore, storeDevice } from "./instance-store.ts";
import { rootPath } from "./needs.ts";
import { enforce, hostAddress, linkOf, removeLink } from "./network.ts";
import { publicAddressOf } from "./public-address.ts";
import { awaitVolume, volumeDevice } from "./volume.ts";

export interface NspawnBodies {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly stage: string;
  readonly rootFileSystem: string;
  readonly failed: (error: unknown) => void;
}

/** Bodies that are whole systems: a Debian that boots, with a network, a metadata service and an sshd of its own. */
export function nspawnBodies(options: NspawnBodies): MakeBody {
  const { engine, clients, stage, rootFileSystem, failed } = options;
  const logs = join(engine.folder, "bodies");
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  // Of an engine that was killed.
  freeStores(engine.temporary);
  const doors = new Doors(clients, failed);
  const variables = endpointVariables(engine.endpoints);

  return async (machine) => {
    const { instanceId } = machine;
    // What is undone in the opposite order: now, when something on the way fails, or at the body's end.
    using undoing = new DisposableStack();
    const { address, release } = await publicAddressOf(clients, machine);
    undoing.defer(() => {
      release().catch((error: unknown) => {
        // At its end the engine does not answer any more, and nothing of it is left there.
        if (!engine.isStopped()) failed(error);
      });
    });
    const { metadata } = await identify({ engine, clients, stage }, { ...machine, publicAddress: address });
    undoing.defer(metadata.close);
    const store = await hasInstanceStore(clients.ec2, machine.instanceType);
    if (engine.isStopped()) throw new Error("the engine is stopped");

    const home = join(engine.temporary, instanceId);
    undoing.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    undoing.defer(() => freeStores(home));
    const hostname = `ip-${machine.privateAddress.replaceAll(".", "-")}`;
    const user = blueprints.get(machine.blueprint)?.image.user ?? "ubuntu";
    prepare(home, rootFileSystem, { hostname, user, variables, store });
    undoing.defer(() => engine.cgroups.remove(instanceId));
    const keepsVolume = blueprints.get(machine.blueprint)?.storage.keptVolume === true;
    const disks = join(engine.temporary, "volumes");
    if (keepsVolume) undoing.defer(awaitVolume({ clients, instanceId, home, disks, failed }));
    const leader = startGroup({
      file: join(import.meta.dirname, "enter.sh"),
      arguments: [engine.cgroups.make(instanceId)],
      folder: home,
      log: join(logs, `${instanceId}.log`),
      environment: {
        PATH: rootPath(),
        LANG: "C.UTF-8",
        BODY_ID: instanceId,
        BODY_LINK: linkOf(instanceId),
        BODY_HOSTNAME: hostname,
        BODY_ADDRESS: address,
        BODY_HOST_ADDRESS: hostAddress,
        BODY_ENGINE_PORTS: portsOf(engine).join(" "),
        BODY_METADATA_PORT: new URL(metadata.endpoint).port,
        BODY_STORE_DEVICE: storeDevice,
        BODY_VOLUME_DEVICE: keepsVolume ? volumeDevice : "",
      },
    });
    undoing.defer(() => removeLink(instanceId));
    const { pid } = leader;
    if (pid !== undefined) {
      undoing.defer(doors.follow(instanceId, (rules) => enforce(pid, rules)));
    }
    const atTheEnd = undoing.move();
    return groupBody(leader, engine.running, () => atTheEnd.dispose());
  };
}

const portsOf = ({ endpoints }: Engine) =>
  [endpoints.serverless, endpoints.machines].map((each) => new URL(each).port);
