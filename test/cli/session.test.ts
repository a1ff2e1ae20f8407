import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../local/project.ts";
import { newSession } from "../local/engine.ts";
import { doorOf, engine, recordOf } from "../workflows/session.ts";
import { begin, keysIn, newHome, run } from "./moonbase.ts";

const { endpoints, left } = engine;

describe("a session by the command", () => {
  it("is launched, looked at, explained, ended, and leaves nothing", async () => {
    const surroundings = { endpoints, home: newHome() };
    const session = newSession("cli");
    const launch = await run(["launch", "admin", "--session", session, "--detach", "--json"], surroundings);
    expect(launch.code, launch.stderr).toBe(0);
    const facts = JSON.parse(launch.stdout);
    expect(facts).toMatchObject({ session, user: "ubuntu", hostKey: expect.stringMatching(/^ssh-ed25519 /) });
    expect(statSync(join(facts.key, "..")).mode & 0o777).toBe(0o700);
    expect(statSync(facts.key).mode & 0o777).toBe(0o600);
    expect(readFileSync(facts.knownHosts, "utf8")).toBe(`moonbase-${session} ${facts.hostKey}\n`);
    expect((await doorOf(session))?.IpPermissions?.[0]?.IpRanges?.[0]?.CidrIp).toBe("127.0.0.1/32");

    const status = await run(["status", "--json"], surroundings);
    const seen = JSON.parse(status.stdout).find((one: { session: string }) => one.session === session);
    expect(seen).toMatchObject({ state: "ready", machineState: "running", disagreement: null });
    expect(seen).toMatchObject({
      stopsAt: facts.expiresAt,
      requestedBy: expect.stringContaining("arn:aws:iam:"),
    });
    const cost = JSON.parse((await run(["cost", "--json"], surroundings)).stdout);
    expect(cost.sessions).toContainEqual(expect.objectContaining({ session, cost: null }));
    expect(cost.launches.ready).toBeGreaterThan(0);
    expect(cost.launches.byZone).toContainEqual(
      expect.objectContaining({ zone: facts.zone, medianSecondsToReady: expect.any(Number) }),
    );

    const extend = await run(["extend", session, "30", "--json"], surroundings);
    expect(extend.code, extend.stderr).toBe(0);
    expect(Date.parse(JSON.parse(extend.stdout).expiresAt)).toBe(Date.parse(facts.expiresAt) + 30 * 60_000);
    const hold = await run(["hold", session, "20", "--json"], surroundings);
    expect(await recordOf(session)).toMatchObject({ heldUntil: JSON.parse(hold.stdout).heldUntil });
    const tooLong = await run(["extend", session, "720"], surroundings);
    expect(tooLong).toMatchObject({ code: 3, stderr: expect.stringContaining("that was refused") });

    const off = await run(["ssh", "off", session, "--json"], surroundings);
    expect(JSON.parse(off.stdout), off.stderr).toMatchObject({ session, ssh: "off", sourceCidr: null });
    expect((await doorOf(session))?.IpPermissions).toEqual([]);
    const on = await run(["ssh", "on", session, "--from", "198.51.100.4", "--json"], surroundings);
    expect(JSON.parse(on.stdout)).toMatchObject({ ssh: "on", sourceCidr: "198.51.100.4/32", port: 22 });
    expect((await doorOf(session))?.IpPermissions?.[0]?.IpRanges?.[0]?.CidrIp).toBe("198.51.100.4/32");
    const all = await run(["ssh", "on", session, "--from", "0.0.0.0/0"], surroundings);
    expect(all).toMatchObject({ code: 2, stderr: expect.stringContaining('--from: "0.0.0.0/0"') });

    const teardown = await run(["teardown", session, "--json"], surroundings);
    expect(teardown.code, teardown.stderr).toBe(0);
    expect(JSON.parse(teardown.stdout)).toMatchObject({ session, gone: true, reason: "operator" });
    const why = await run(["why", session], surroundings);
    expect(why.stdout).toMatch(/ready\n[\s\S]*because somebody asked for it \(operator\)/);
    const told = JSON.parse((await run(["why", session, "--json"], surroundings)).stdout);
    expect(told).toMatchObject({
      requestedBy: seen.requestedBy,
      cost: { savedPercent: expect.any(Number) },
      teardown: expect.stringContaining(`-teardown:${session}-`),
    });
    const phases = told.phases.map(({ name }: { name: string }) => name);
    expect(phases).toEqual(expect.arrayContaining(["provisioned", "ready", "end begun", "machine gone"]));
    expect([phases[0], phases.at(-1)]).toEqual(["requested", "ended"]);
    expect(await left(session)).toEqual([]);
    expect(keysIn(surroundings.home)).toEqual([]);
  });

  it("as the README says: Enter stands for the end of the shell, where there is none", async () => {
    const readme = readFileSync(join(projectFolder, "README.md"), "utf8");
    const [, words = ""] =
      /<!-- run by test\/cli\/session\.test\.ts -->\n```sh\nnpx moonbase (.*)\n```/.exec(readme) ?? [];
    expect(words).toBe("launch admin");
    const surroundings = { endpoints, home: newHome() };
    const session = newSession("enter");
    const { child, says, ended, stdout } = begin([...words.split(" "), "--session", session], surroundings);
    await says(/Ready:/);
    child.stdin.write("\n");
    expect(await ended).toBe(0);
    expect(await stdout).toContain(`Session ${session} is gone`);
    expect(await left(session)).toEqual([]);
    expect(keysIn(surroundings.home)).toEqual([]);
  });

  it("--dry-run says what it would do, and does nothing", async () => {
    const surroundings = { endpoints, home: newHome() };
    const session = newSession("dry");
    const launch = await run(["launch", "admin", "--session", session, "--dry-run", "--json"], surroundings);
    expect(JSON.parse(launch.stdout)).toMatchObject({ dryRun: true, session, highestCost: 0.1067 });
    expect(await recordOf(session)).toBeUndefined();
    expect(keysIn(surroundings.home)).toEqual([]);

    await engine.waitFor(await engine.launch(session));
    expect((await run(["teardown", session, "--dry-run"], surroundings)).stdout).toContain(
      `Would end session ${session}`,
    );
    expect(await recordOf(session)).toMatchObject({ status: "ready" });
    await engine.waitFor(await engine.teardown(session));
  });

  it("teardown --all ends whatever is live, and answers a list even for one", async () => {
    const surroundings = { endpoints, home: newHome() };
    const all = async () => {
      const { code, stdout } = await run(["teardown", "--all", "--json"], surroundings);
      return { code, documents: JSON.parse(stdout) };
    };
    const sessions = [newSession("all"), newSession("all")];
    await Promise.all(sessions.map(async (session) => engine.waitFor(await engine.launch(session))));
    const { code, documents } = await all();
    expect(code).toBe(0);
    for (const session of sessions) {
      expect(documents).toContainEqual(expect.objectContaining({ session, gone: true }));
      expect(await left(session)).toEqual([]);
    }
    expect(await all()).toEqual({ code: 0, documents: [] });
  });

  it("what a killed command left lying is removed by the next one, once the session has ended", async () => {
    const surroundings = { endpoints, home: newHome() };
    const session = newSession("killed");
    const { child, says, ended } = begin(["launch", "admin", "--session", session], surroundings);
    await says(/Ready:/);
    child.kill("SIGKILL");
    await ended;
    await run(["status"], surroundings);
    expect(keysIn(surroundings.home)).toHaveLength(1);
    await engine.waitFor(await engine.teardown(session));
    await run(["status"], surroundings);
    expect(keysIn(surroundings.home)).toEqual([]);
  });
});
