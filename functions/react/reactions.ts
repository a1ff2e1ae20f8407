import { appointment } from "./events/appointment.ts";
import { budgetAlert } from "./events/budget-alert.ts";
import { executionStopped } from "./events/execution-stopped.ts";
import { idleAlarm } from "./events/idle-alarm.ts";
import { lookAgainEvent } from "./events/look-again.ts";
import { machineAsks } from "./events/machine-asks.ts";
import { onTailnet } from "./events/machine-on-tailnet.ts";
import { machineStopped } from "./events/machine-stopped.ts";
import { rebalanceRecommended } from "./events/rebalance-recommended.ts";
import { regularSchedule } from "./events/regular-schedule.ts";
import { retentionDue } from "./events/retention-due.ts";
import { spotWarning } from "./events/spot-warning.ts";
import type { Reaction } from "./reaction.ts";

/** Every kind of event that is understood. What none of them understands is an error. */
export const reactions: Reaction[] = [
  spotWarning,
  rebalanceRecommended,
  machineStopped,
  machineAsks,
  onTailnet,
  idleAlarm,
  lookAgainEvent,
  appointment,
  executionStopped,
  budgetAlert,
  regularSchedule,
  retentionDue,
];
