/** One statement of a policy. Every star in a resource has its reason beside it; actions have none. */
export interface Grant {
  sid: string;
  actions: string[];
  resources: string[];
  conditions?: Record<string, Record<string, string | string[]>>;
  /** Why a resource of this statement ends in, or is, a star. */
  star?: string;
}

export const noNarrower = "IAM knows no resource type for these actions, so only * is accepted";
export const namedAtRunTime =
  "the last part of the name is made at run time; the part before it is ours alone";
export const idAtRunTime = "ids are made by EC2 at run time; the condition on our own tag is what narrows it";
