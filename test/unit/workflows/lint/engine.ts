import { complainIf, type Place, type StateRule } from "./finding.ts";
import { keysIn, textsIn } from "./strings.ts";

/**
 * What AWS does and the pinned engine (MiniStack 1.5.33) gets silently wrong: no error, only another story. Looked up
 * in its source, ministack/services/stepfunctions.py; a newer engine may allow to drop some of these.
 */

const has = (keys: Set<string>, value: unknown) => keysIn(value).some((key) => keys.has(key));

/** It knows Equals by path for all kinds, and the numeric ones; every other comparison by path is simply false. */
const deafComparisons = new Set([
  ...["LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"].map((than) => `String${than}Path`),
  ...["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"].map(
    (than) => `Timestamp${than}Path`,
  ),
]);

const ignored = new Set([
  "TimeoutSecondsPath",
  "HeartbeatSeconds",
  "HeartbeatSecondsPath",
  "MaxConcurrencyPath",
  "ToleratedFailureCountPath",
  "ToleratedFailurePercentagePath",
  "ItemBatcher",
]);

const isContext = (text: string) => text.startsWith("$$");

/** Branches share one context there, so the token of the one is the token of the other. */
const isCallbackInParallel = ({ state, around }: Place) =>
  (state.Resource ?? "").endsWith(".waitForTaskToken") && around.some(({ Type }) => Type === "Parallel");

/** The functions of ASL; the engine and AWS know the same ones, but the engine says so only at run time. */
const intrinsics = new Set(
  [
    ...[
      "Array",
      "ArrayContains",
      "ArrayGetItem",
      "ArrayLength",
      "ArrayPartition",
      "ArrayRange",
      "ArrayUnique",
    ],
    ...[
      "Base64Decode",
      "Base64Encode",
      "Format",
      "Hash",
      "JsonMerge",
      "JsonToString",
      "MathAdd",
      "MathRandom",
    ],
    ...["StringSplit", "StringToJson", "UUID"],
  ].map((name) => `States.${name}`),
);
const intrinsicsIn = (text: string) =>
  text.replace(/'(?:\\.|[^'\\])*'/g, "").match(/States\.\w+(?=\()/g) ?? [];

const isTemplate = (keys: string[]) => keys.at(-1)?.endsWith(".$") ?? false;

export const engineRules: Record<string, StateRule> = {
  comparesByLiteral: complainIf("compares by a path that the engine does not know", ({ state }) =>
    has(deafComparisons, state.Choices),
  ),
  usesNoIgnoredField: ({ state }) =>
    [...new Set(keysIn({ ...state, Parameters: undefined, ResultSelector: undefined }))]
      .filter((key) => ignored.has(key))
      .map((key) => `${key} is ignored by the engine`),
  assignsNothing: complainIf("Assign does nothing in the engine; use ResultPath", ({ state }) =>
    has(new Set(["Assign"]), { ...state, Parameters: undefined, ResultSelector: undefined }),
  ),
  speaksJsonPath: complainIf(
    "is JSONata; these checks, and the drawing of our stories, are for JSONPath",
    ({ state, machine }) =>
      [state, machine].some(({ QueryLanguage }) => (QueryLanguage ?? "JSONPath") !== "JSONPath") ||
      textsIn(state).some(({ text }) => text.startsWith("{%")),
  ),
  selectsResultsWithoutContext: complainIf("the engine has no context in ResultSelector: null", ({ state }) =>
    textsIn(state.ResultSelector).some(({ text }) => text.includes("$$.")),
  ),
  waitsWithoutContext: complainIf("the engine has no context in a Wait: it does not wait", ({ state }) =>
    [state.SecondsPath, state.TimestampPath].some((path) => typeof path === "string" && isContext(path)),
  ),
  namesFieldOfContext: complainIf('a bare "$$" is null in the engine; name a field of it', ({ state }) =>
    textsIn(state).some(
      ({ keys, text }) => (isTemplate(keys) || keys.at(-1)?.endsWith("Path")) && text === "$$",
    ),
  ),
  putsResultsAtPlainPaths: complainIf("the engine takes only $.plain.names as ResultPath", ({ state }) =>
    [state.ResultPath, ...(state.Catch ?? []).map(({ ResultPath }) => ResultPath)].some(
      (path) => typeof path === "string" && !/^\$(?:\.\w+)*$/.test(path),
    ),
  ),
  keepsTokensApart: complainIf("waits for a callback inside a Parallel", isCallbackInParallel),
  callsKnownIntrinsics: ({ state }) =>
    textsIn(state)
      .flatMap(({ text }) => intrinsicsIn(text))
      .filter((name) => !intrinsics.has(name))
      .map((name) => `${name} is no intrinsic function`),
};
