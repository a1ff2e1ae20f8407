import { z } from "zod";
import { resolve } from "./resolve.ts";
import { defaults, resourcesOf, stackNames } from "./synthesize.ts";

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const statement = z.strictObject({
  Sid: z.string(),
  Effect: z.literal("Allow"),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
});
export type Statement = z.infer<typeof statement>;

const role = z.object({
  RoleName: z.string(),
  AssumeRolePolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z
    .array(z.object({ PolicyDocument: z.object({ Version: z.string(), Statement: z.array(statement) }) }))
    .length(1),
});
export type RoleFacts = z.infer<typeof role>;

/** Every role of every stack, as AWS would get it. Statements of any other form than ours fail to parse. */
export function allRoles({ templates } = defaults()): RoleFacts[] {
  return stackNames.flatMap((name) =>
    resourcesOf("AWS::IAM::Role", templates[name]).map(({ Properties }) =>
      role.parse(resolve(Properties, templates[name])),
    ),
  );
}

export function roleNamed(name: string, synthesis = defaults()): RoleFacts {
  const found = allRoles(synthesis).find(({ RoleName }) => RoleName === name);
  if (found === undefined) throw new Error(`no role is named "${name}"`);
  return found;
}

export const statementsOf = ({ Policies }: RoleFacts): Statement[] =>
  Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
