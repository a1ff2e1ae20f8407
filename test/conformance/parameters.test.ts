import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm";
import { conforms, errorOf, eventually, later, unique } from "./conforms.ts";
import { ssm } from "./target.ts";

/** A machine's note: a SecureString with tags, written again when its launch asks again. */
const Tags = (session: string) => [
  { Key: "moonbase:conformance", Value: "yes" },
  { Key: "moonbase:session", Value: session },
];
const put = (different: Partial<PutParameterCommandInput> & { Name: string }) =>
  ssm.send(new PutParameterCommand({ Type: "SecureString", Value: "first", ...different }));

async function note(session = unique("session")) {
  const Name = `/${unique("note")}`;
  await put({ Name, Tags: Tags(session) });
  later(() => ssm.send(new DeleteParametersCommand({ Names: [Name] })));
  return { Name, session };
}

/**
 * "ParameterAlreadyExists: The parameter already exists. You can't create duplicate parameters."
 * "Overwrite: Overwrite an existing parameter. The default value is false."
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
conforms("a parameter is not made twice, by this name", "ParameterAlreadyExists", async () => {
  const { Name } = await note();
  return errorOf(() => put({ Name, Value: "second" }));
});

/** "Tags: … To add tags to an existing Systems Manager parameter, use the AddTagsToResource operation." (the same page) */
conforms(
  "a parameter that is written again keeps its tags",
  { value: "second", keys: ["moonbase:conformance", "moonbase:session"] },
  async () => {
    const { Name } = await note();
    await put({ Name, Value: "second", Overwrite: true });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    const { TagList } = await ssm.send(
      new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: Name }),
    );
    return { value: Parameter?.Value, keys: TagList?.map(({ Key }) => Key).sort() };
  },
);

/** "Tags … tag:" as a key of ParameterFilters: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html */
conforms("parameters are found by two tags, and only those that bear both", 1, async () => {
  const { session, Name } = await note();
  await note();
  const find = new DescribeParametersCommand({
    ParameterFilters: [
      { Key: "tag:moonbase:conformance", Values: ["yes"] },
      { Key: "tag:moonbase:session", Values: [session] },
    ],
  });
  return eventually(async () => {
    const { Parameters } = await ssm.send(find);
    if (!Parameters?.some((parameter) => parameter.Name === Name)) throw new Error("not listed yet");
    return Parameters.length;
  });
});

/** "ParameterNotFound: The parameter couldn't be found. Verify the name and try again." (API_GetParameter) */
conforms("a parameter that is not there goes by this name", "ParameterNotFound", () =>
  errorOf(() => ssm.send(new GetParameterCommand({ Name: `/${unique("note")}` }))),
);

/** "InvalidParameters: The names of parameters that weren't deleted because the parameters aren't valid." (API_DeleteParameters) */
conforms(
  "what is gone already does not keep the rest from being deleted",
  ["deleted", "invalid"],
  async () => {
    const Name = `/${unique("note")}`;
    const missing = `/${unique("note")}`;
    await put({ Name });
    const reply = await ssm.send(new DeleteParametersCommand({ Names: [missing, Name] }));
    return [
      reply.DeletedParameters?.[0] === Name ? "deleted" : "kept",
      reply.InvalidParameters?.[0] === missing ? "invalid" : "unnamed",
    ];
  },
);
