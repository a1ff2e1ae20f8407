import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { conforms, errorOf, eventually, later, unique } from "./conforms.ts";
import { scheduler, target } from "./target.ts";
import { inputsOf, makeWorkflow, passes } from "./workflows.ts";

/** The undertaker: a schedule that comes again and again from a date on, until it is deleted. */
const schedule = (Name: string, Arn: string, StartDate: Date) => ({
  Name,
  ScheduleExpression: "rate(10 minutes)",
  StartDate,
  FlexibleTimeWindow: { Mode: "OFF" as const },
  Target: { Arn, RoleArn: target.role, Input: JSON.stringify({ detail: { session: "tea" } }) },
});
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

const create = async (different: object = {}) => {
  const listener = await makeWorkflow(passes);
  const wanted = { ...schedule(unique("schedule"), listener, inSeconds(3_600)), ...different };
  await scheduler.send(new CreateScheduleCommand(wanted));
  later(() => errorOf(() => scheduler.send(new DeleteScheduleCommand({ Name: wanted.Name }))));
  return { wanted, listener };
};

/**
 * "ConflictException: Updating or deleting the resource can cause an inconsistent state."
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
conforms("a schedule of a name that is taken is a conflict", "ConflictException", async () => {
  const { wanted } = await create();
  return errorOf(() => scheduler.send(new CreateScheduleCommand(wanted)));
});

/**
 * "ResourceNotFoundException: The request references a resource which does not exist."
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
conforms(
  "a schedule that is not there cannot be changed, by this name",
  "ResourceNotFoundException",
  async () => {
    const listener = await makeWorkflow(passes);
    const wanted = schedule(unique("schedule"), listener, inSeconds(3_600));
    return errorOf(() => scheduler.send(new UpdateScheduleCommand(wanted)));
  },
);
conforms("a schedule that is not there cannot be deleted, by this name", "ResourceNotFoundException", () =>
  errorOf(() => scheduler.send(new DeleteScheduleCommand({ Name: unique("schedule") }))),
);

/**
 * "EventBridge Scheduler uses all values … specified in the request and overrides the existing schedule." (the same page)
 * "StartDate: The date, in UTC, after which the schedule can begin invoking its target." (API_CreateSchedule)
 */
conforms(
  "a change moves the appointment, and nobody comes before it",
  ["2099-01-01T00:00:00.000Z", 0],
  async () => {
    const { wanted, listener } = await create();
    const StartDate = new Date("2099-01-01T00:00:00.000Z");
    await scheduler.send(new UpdateScheduleCommand({ ...wanted, StartDate }));
    const moved = await scheduler.send(new GetScheduleCommand({ Name: wanted.Name }));
    return [moved.StartDate?.toISOString(), (await inputsOf(listener, 0)).length];
  },
);

/**
 * What comes is the schedule's own Input; seen by an appointment of one time, because the shortest rate is a minute.
 *
 * "You can use at expressions to create one-time schedules that invoke a target once, at the time and in the time zone,
 * that you specify." "EventBridge Scheduler deletes the schedule after its last target invocation. For one-time
 * schedules, this occurs after the schedule has invoked its target once."
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html
 */
conforms(
  "an appointment of one time is kept once, with its input, and is then gone",
  { inputs: ['{"detail":{"session":"tea"}}'], afterwards: "ResourceNotFoundException" },
  async () => {
    const ScheduleExpression = `at(${inSeconds(2).toISOString().slice(0, 19)})`;
    const { wanted, listener } = await create({
      ScheduleExpression,
      StartDate: undefined,
      ActionAfterCompletion: "DELETE",
    });
    const inputs = await inputsOf(listener, 1, 90);
    const afterwards = await eventually(async () => {
      const error = await errorOf(() => scheduler.send(new GetScheduleCommand({ Name: wanted.Name })));
      if (error === "no error") throw new Error("the schedule is still there");
      return error;
    }, 90);
    return { inputs, afterwards };
  },
);
