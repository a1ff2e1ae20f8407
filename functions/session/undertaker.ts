import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { scheduler } from "./clients.ts";
import { unless } from "./errors.ts";
import { namesOf } from "./names.ts";
import { settings } from "./settings.ts";

/** Scheduler takes whole seconds and no zone suffix; the zone is a field of its own. */
const at = (time: Date) => `at(${time.toISOString().slice(0, 19)})`;

function schedule(session: string, time: Date) {
  const { stage, reactFunctionArn, schedulerRoleArn, deadLetterQueueArn } = settings();
  const names = namesOf(stage);
  return {
    Name: names.expirySchedule(session),
    GroupName: names.scheduleGroup,
    Description: `Ends moonbase session ${session}`,
    ScheduleExpression: at(time),
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" as const },
    ActionAfterCompletion: "DELETE" as const,
    Target: {
      Arn: reactFunctionArn,
      RoleArn: schedulerRoleArn,
      Input: JSON.stringify({ source: "moonbase.schedule", "detail-type": "expiry", detail: { session } }),
      DeadLetterConfig: { Arn: deadLetterQueueArn },
      RetryPolicy: { MaximumRetryAttempts: 60, MaximumEventAgeInSeconds: 6 * 3600 },
    },
  };
}

/** Makes sure that someone looks at the session at `time`. Hired twice is hired once; the first time stands. */
export async function hireUndertaker(session: string, time: Date): Promise<void> {
  await unless(["ConflictException"], () =>
    scheduler.send(new CreateScheduleCommand(schedule(session, time))),
  );
}

/** Moves the appointment, or makes it anew when the last one has fired. */
export async function rehireUndertaker(session: string, time: Date): Promise<void> {
  const moved = await unless(["ResourceNotFoundException"], () =>
    scheduler.send(new UpdateScheduleCommand(schedule(session, time))),
  );
  if (moved === undefined) await scheduler.send(new CreateScheduleCommand(schedule(session, time)));
}

/** The last thing that a teardown does: until then, somebody will come and look again. */
export async function dismissUndertaker(session: string): Promise<void> {
  const names = namesOf(settings().stage);
  await unless(["ResourceNotFoundException"], () =>
    scheduler.send(
      new DeleteScheduleCommand({ Name: names.expirySchedule(session), GroupName: names.scheduleGroup }),
    ),
  );
}
