import * as z from "zod";
import { readLiveSessions, readMonth } from "../../session/ledger.ts";
import { namesOf } from "../../session/names.ts";
import { settings } from "../../session/settings.ts";
import { readAlert } from "../budget-prose.ts";
import { nothing } from "../decision.ts";
import { decideOnBudget } from "../decisions/budget.ts";
import { reaction } from "../reaction.ts";

/** SNS calls a function with one message: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
const schema = z.object({
  Records: z.tuple([
    z.object({
      EventSource: z.literal("aws:sns"),
      Sns: z.object({
        TopicArn: z.string(),
        Message: z.string(),
        Timestamp: z.iso.datetime().optional().catch(undefined),
      }),
    }),
  ]),
});

export const budgetAlert = reaction("budget alert", schema, async ({ Records: [{ Sns }] }, now) => {
  const { stage, monthlyBudget } = settings();
  const { budget: ourBudget, budgetTopic } = namesOf(stage);
  if (!Sns.TopicArn.endsWith(`:${budgetTopic}`)) return nothing("the topic is not ours");
  const sentAt = Sns.Timestamp === undefined ? now : new Date(Sns.Timestamp);
  const month = await readMonth(sentAt);
  const sessions = await readLiveSessions();
  const alert = readAlert(Sns.Message);
  return decideOnBudget({ alert, sentAt, ourBudget, monthlyBudget, month, sessions }, now);
});
