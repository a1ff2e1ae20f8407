import { ListTagsForResourceCommand, paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { ssm } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { tagKeys } from "../session/tags.ts";
import { inBatches } from "./batches.ts";
import { byTags, isMachineParameter, type Listing, listingOf } from "./finding.ts";

/** SSM's listing shows no tags, so each parameter is asked for its own. There are no more than there are sessions. */
export async function listParameters(stage: string): Promise<Listing> {
  const ParameterFilters = [{ Key: `tag:${tagKeys.stage}`, Values: [stage] }];
  const names: string[] = [];
  for await (const { Parameters } of paginateDescribeParameters({ client: ssm }, { ParameterFilters })) {
    for (const { Name } of Parameters ?? []) if (isMachineParameter(Name, stage)) names.push(Name);
  }
  const sights = await inBatches(names, async (name) => byTags("parameter", name, await tagsOf(name), stage));
  return listingOf(sights);
}

/** One that is gone meanwhile has no tags, and is nobody's. */
async function tagsOf(name: string) {
  const found = await unless(["InvalidResourceId"], () =>
    ssm.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: name })),
  );
  return found?.TagList;
}
