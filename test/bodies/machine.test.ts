import { join } from "node:path";
import { AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { putNotices } from "../../local/metadata/notices.ts";
import { doorOf, engine, eventually, machinesOf, recordOf } from "../workflows/session.ts";
import { Laptop, run } from "./login.ts";
import { oneMachine } from "./one-machine.ts";

const { session, laptop, machine, inside } = oneMachine("machine");

/** Asks the metadata service at its real address, from inside. */
const ask = (path: string) =>
  inside(`
    token=$(curl -sX PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
    curl -sw ' %{http_code}' -H "x-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/${path}`);

describe("a real machine", () => {
  it("goes through the phases that the scripts report, and its launch has its record say so", async () => {
    expect(await recordOf(session)).toMatchObject({
      status: "ready",
      ready: { phases: ["booting", "invited", "preparing", "ready"].map((name) => ({ name })) },
    });
  });

  it("lets the launch's key in as the image's user, under the host key that the launch answered", async () => {
    expect(await inside("whoami; sudo whoami; hostname")).toMatch(/^ubuntu\nroot\nip-[\d-]+$/);
    expect((await laptop.ssh(machine(), "sudo true")).stderr).not.toContain("unable to resolve");
  });

  it("refuses passwords, root and other keys", async () => {
    const password = [
      "-oPubkeyAuthentication=no",
      "-oPreferredAuthentications=password,keyboard-interactive",
    ];
    expect((await laptop.ssh(machine(), "true", password)).stderr).toContain("Permission denied (publickey)");
    expect((await laptop.ssh(machine(), "true", [], "root")).stderr).toContain(
      "Permission denied (publickey)",
    );
    const stranger = new Laptop();
    const refused = await stranger.ssh(machine(), "true");
    stranger.remove();
    expect(refused.stderr).toContain("Permission denied (publickey)");
  });

  it("has its metadata service at the real address, and only for who has a token", async () => {
    expect(await ask("meta-data/instance-id")).toBe(`${machine().instanceId} 200`);
    expect(await ask("meta-data/public-ipv4")).toBe(`${machine().address} 200`);
    expect(await inside("curl -sw ' %{http_code}' http://169.254.169.254/latest/meta-data/instance-id")).toBe(
      "Unauthorized 401",
    );
  });

  it("is told when spot takes it away, and not before", async () => {
    expect(await ask("meta-data/spot/instance-action")).toMatch(/ 404$/);
    // Later than this test lasts: the engine would take the machine then.
    const interruption = { action: "terminate", time: "2099-11-20T12:00:00Z" } as const;
    putNotices(join(engine.folder, "engine"), machine().instanceId, { interruption });
    expect(await ask("meta-data/spot/instance-action")).toBe(`${JSON.stringify(interruption)} 200`);
    expect(await ask("meta-data/events/recommendations/rebalance")).toMatch(/ 404$/);
  });

  it("runs the shipped scripts as on AWS: nothing tells them that they are not there", async () => {
    expect(await inside("sudo grep -rl MOONBASE_BODY=process /proc/1/environ /etc || echo no")).toBe("no");
    expect(await inside("systemctl is-active moonbase-hard-cap.timer")).toBe("active");
    expect(await inside("cloud-init status --wait | tail -1; sudo cloud-init query v1.instance_id")).toBe(
      `status: done\n${machine().instanceId}`,
    );
  });

  it("says which tools it could not get, soon after it was ready", async () => {
    const phase = await eventually(async () => {
      const [{ Tags } = {}] = await machinesOf(session);
      const value = Tags?.find(({ Key }) => Key === "moonbase:phase")?.Value;
      if (!value?.startsWith("complete")) throw new Error(`the phase is ${value}`);
      return value;
    });
    expect(phase).toBe("complete: without kubectl podman aws-cli");
  });

  it("is closed but for the port and the address that its security group names", async () => {
    await inside("nohup python3 -m http.server 8080 >/dev/null 2>&1 </dev/null & sleep 0.1");
    const page = () => run("curl", ["--noproxy", "*", "-s", "-m", "1", `http://${machine().address}:8080/`]);
    expect(await inside("curl -s http://127.0.0.1:8080/ | head -1")).toContain("<!DOCTYPE HTML");
    expect((await page()).code).toBe(28);

    const group = await doorOf(session);
    const rule = {
      IpProtocol: "tcp",
      FromPort: 8080,
      ToPort: 8080,
      IpRanges: [{ CidrIp: `${laptop.input.sourceCidr}` }],
    };
    await engine.clients.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: group?.GroupId, IpPermissions: [rule] }),
    );
    await eventually(async () => expect((await page()).code).toBe(0));
  });

  it("reaches the engine and nothing else", async () => {
    expect(await inside("curl -so /dev/null -w '%{http_code}' $AWS_ENDPOINT_URL/_ministack/ready")).toBe(
      "200",
    );
    expect(await inside("curl -s -m 2 http://198.18.0.1:22; echo $?")).toBe("7");
    expect(await inside("curl -s -m 2 http://192.0.2.1/; echo $?")).toBe("7");
    expect(await inside("curl -s -m 2 http://example.com/; echo $?")).toBe("6");
  });

  it("comes back after a reboot as the same machine", async () => {
    const boot = "cat /proc/sys/kernel/random/boot_id; stat -c %Y /proc/1";
    const before = await inside(boot);
    await inside("sudo systemctl reboot");
    await eventually(async () => {
      const now = await inside(boot);
      if (now === "" || now === before) throw new Error("it has not come back");
    });
    expect(await inside("whoami; systemctl is-active moonbase-hard-cap.timer")).toBe("ubuntu\nactive");
    expect(await machinesOf(session)).toMatchObject([{ State: { Name: "running" } }]);
  });
});
