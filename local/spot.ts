import { setTimeout as pause } from "node:timers/promises";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { noticesOf, toldMachines } from "./metadata/notices.ts";

const interval = 250;

/**
 * Takes machines away when the time of their notice has come, as spot does, whoever has put the notice and whatever
 * has become of it. Answers a way to stop.
 */
export function takeWhatSpotTakes(
  { ec2 }: Clients,
  folder: string,
  failed: (error: unknown) => void,
): () => void {
  const taken = new Set<string>();
  let watching = true;
  const look = async () => {
    for (const instanceId of toldMachines(folder)) {
      const { interruption } = noticesOf(folder, instanceId);
      if (interruption === undefined || taken.has(instanceId)) continue;
      if (Date.parse(interruption.time) > Date.now()) continue;
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
      taken.add(instanceId);
    }
  };
  const loop = async () => {
    while (watching) {
      await look().catch((error: unknown) => {
        if (watching) failed(error);
      });
      await pause(interval, undefined, { ref: false });
    }
  };
  void loop();
  return () => {
    watching = false;
  };
}
