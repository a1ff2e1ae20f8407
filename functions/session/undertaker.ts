import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import type { EndReason } from "../../workflows/teardown.contract.ts";
import { scheduler } from "./clients.ts";
import { unless } from "./errors.ts";
import { namesOf } from "./names.ts";
import { expiryDetailType, scheduleEventSource } from "./schedules.ts";
import { settings } from "./settings.ts";

/** What the undertaker says when it comes. With a reason, it comes to finish an end that was begun. */
export interface Appointment {
  session: string;
  endReason?: EndReason;
}

/**
 * A schedule that comes at `time` and every ten minutes after, until it is dismissed: one that came once would be
 * lost with the one call that it makes, and a machine with it.
 */
function schedule(appointment: Appointment, time: Date) {
  const { stage, reactFunctionArn, schedulerRoleArn, deadLetterQueueArn } = settings();
  const names = namesOf(stage);
  return {
    Name: names.expirySchedule(appointment.session),
    GroupName: names.scheduleGroup,
    Description: `Ends moonbase session ${appointment.session}`,
    ScheduleExpression: "rate(10 minutes)",
    StartDate: time,
    FlexibleTimeWindow: { Mode: "OFF" as const },
    Target: {
      Arn: reactFunctionArn,
      RoleArn: schedulerRoleArn,
      Input: JSON.stringify({
        source: scheduleEventSource,
        "detail-type": expiryDetailType,
        detail: appointment,
      }),
      DeadLetterConfig: { Arn: deadLetterQueueArn },
      RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 600 },
    },
  };
}

/** Makes sure that someone looks at the session from `time` on. Hired twice is hired once; the first time stands. */
export async function hireUndertaker(appointment: Appointment, time: Date): Promise<void> {
  const hire = new CreateScheduleCommand(schedule(appointment, time));
  await unless(["ConflictException"], () => scheduler.send(hire));
}

/** Moves the appointment; an undertaker that was never hired, or is gone, is hired. */
export async function rehireUndertaker(appointment: Appointment, time: Date): Promise<void> {
  const moved = await unless(["ResourceNotFoundException"], () =>
    scheduler.send(new UpdateScheduleCommand(schedule(appointment, time))),
  );
  if (moved === undefined) await hireUndertaker(appointment, time);
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
