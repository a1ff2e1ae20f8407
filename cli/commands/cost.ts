import { volumeMonthlyPrice } from "../../blueprints/prices.ts";
import { dollars } from "../../functions/session/cost.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { type LaunchFigures, launchFigures } from "../session/launch-figures.ts";
import { readLive, readMonth, readMonthsRecords } from "../session/records.ts";
import { table } from "../show/texts.ts";
import { monthlyText } from "../show/volume-price.ts";

/** `cost`: this month's books, in US dollars. */
export async function cost(context: Context): Promise<Ending> {
  await context.announce();
  const now = new Date();
  const [ended, { committed }, records] = await Promise.all([
    readMonth(context, now),
    readLive(context),
    readMonthsRecords(context, now),
  ]);
  const budget = context.configFile.config.monthlyBudget;
  const sessions = records
    .toSorted((one, other) => one.requestedAt.localeCompare(other.requestedAt))
    .map(({ id, blueprint, status, estimate, requestedAt, ending }) => ({
      session: id,
      blueprint,
      status,
      requestedAt,
      hours: ending?.hours ?? null,
      cost: ending?.cost ?? null,
      onDemandCost: ending?.onDemandCost ?? null,
      highestCost: ending === undefined ? estimate : null,
    }));
  const { backupTarget } = context.configFile.config;
  const { region } = await context.account();
  const monthly = monthlyText(backupTarget, region);
  const month = now.toISOString().slice(0, 7);
  const launches = launchFigures(records.filter(({ requestedAt }) => requestedAt.startsWith(month)));
  const volume = backupTarget === null ? null : volumeMonthlyPrice(backupTarget.sizeGiB, region);
  const document = {
    month,
    volume,
    ended: ended.cost,
    hours: ended.hours,
    committed,
    budget,
    launches,
    sessions,
  };
  const rows = sessions.map((one) => [
    one.session,
    one.status,
    one.hours === null ? "-" : `${one.hours} h`,
    one.cost === null ? `at most ${dollars(one.highestCost ?? 0)}` : dollars(one.cost),
  ]);
  const text = [
    `${month}: ${dollars(ended.cost)} by ${ended.ended} ended sessions (${ended.hours.toFixed(2)} hours)`,
    `live sessions: ${dollars(committed)} more at most`,
    `budget: ${dollars(budget)} (monthlyBudget of your configuration; the deployed one decides)`,
    ...(monthly === undefined ? [] : [monthly]),
    ...launchesText(launches),
    ...(rows.length === 0 ? [] : [table([["SESSION", "STATE", "HOURS", "COST"], ...rows])]),
  ];
  context.screen.result(document, text.join("\n"));
  return "done";
}

const toReady = ({ medianSecondsToReady: seconds }: LaunchFigures) =>
  seconds === null ? "-" : `${seconds} s`;

function launchesText(launches: ReturnType<typeof launchFigures>): string[] {
  const { ready, failed, byZone } = launches;
  if (ready + failed === 0) return [];
  const rows = byZone.map((figures) => [
    figures.zone,
    String(figures.ready),
    String(figures.failed),
    toReady(figures),
  ]);
  return [
    `launches: ${ready} ready, ${failed} failed (${Math.round((ready / (ready + failed)) * 100)} %), ready after ${toReady(launches)} (median)`,
    table([["ZONE", "READY", "FAILED", "TO READY"], ...rows]),
  ];
}
