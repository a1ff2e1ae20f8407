import {
  CancelSpotInstanceRequestsCommand,
  DeleteNetworkInterfaceCommand,
  DeleteTagsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeTagsCommand,
} from "@aws-sdk/client-ec2";
import { tagKeys } from "../../functions/session/tags.ts";
import { engine } from "../workflows/session.ts";

const { ec2 } = engine.clients;

const tagsOfSessions = Object.values(tagKeys).map((Key) => ({ Key }));

/**
 * EC2 forgets a machine an hour after its end, and takes its interface and its spot request along at once. The engine
 * keeps all three, and goes through them for every list that is asked of it; without them hundreds of sessions go by as
 * fast as the first ones.
 */
export async function forget(session: string): Promise<void> {
  const { Tags } = await ec2.send(
    new DescribeTagsCommand({ Filters: [{ Name: "value", Values: [session] }] }),
  );
  const Resources = [...new Set(Tags?.flatMap(({ ResourceId }) => ResourceId ?? []))];
  const dead = new Set(Resources.filter((id) => id.startsWith("i-")));
  if (Resources.length > 0) await ec2.send(new DeleteTagsCommand({ Resources, Tags: tagsOfSessions }));
  await forgetInterfaces(dead);
  await forgetRequests(dead);
}

async function forgetInterfaces(dead: ReadonlySet<string>): Promise<void> {
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  for (const { NetworkInterfaceId, Attachment } of NetworkInterfaces) {
    if (!dead.has(Attachment?.InstanceId ?? "")) continue;
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  }
}

async function forgetRequests(dead: ReadonlySet<string>): Promise<void> {
  const { SpotInstanceRequests = [] } = await ec2.send(new DescribeSpotInstanceRequestsCommand({}));
  const SpotInstanceRequestIds = SpotInstanceRequests.filter(({ InstanceId }) =>
    dead.has(InstanceId ?? ""),
  ).flatMap(({ SpotInstanceRequestId }) => SpotInstanceRequestId ?? []);
  if (SpotInstanceRequestIds.length === 0) return;
  await ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds }));
}
