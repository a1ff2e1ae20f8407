import { ListTagsForResourceCommand, paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { ssm } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { collect } from "../session/pages.ts";
import { tagKeys } from "../session/tags.ts";
import { inBatches } from "./batches.ts";
import { byTags, isMachineParameter, type Listing, listingOf } from "./finding.ts";

/** SSM's listing shows no tags, so each parameter is asked for its own. There are no more than there are sessions. */
export async function listParameters(stage: string): Promise<Listing> {
  const ParameterFilters = [{ Key: `tag:${tagKeys.stage}`, Values: [stage] }];
  const pages = paginateDescribeParameters({ client: ssm }, { ParameterFilters });
  const named = await collect(pages, ({ Parameters }) => Parameters?.map(({ Name }) => Name));
  const names = named.filter((name) => isMachineParameter(name, stage));
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
