import type * as z from "zod";
import { shapeOf } from "./contract.ts";
import { lookUp } from "./path.ts";
import { anything, number, objectOf, type Shape, text } from "./shape.ts";

/** What a workflow's steps answer, and what comes back through their task tokens. */
export interface Contracts {
  answers: Readonly<Record<string, z.ZodType>>;
  callbacks: Readonly<Record<string, z.ZodType>>;
}

const invoke = "arn:aws:states:::lambda:invoke";
const start = "arn:aws:states:::states:startExecution";

/** The step that a call of a function names. */
function stepIn(parameters: Shape): string | undefined {
  const step = lookUp(parameters, ["Payload", "step"]);
  return step?.kind === "text" && step.values?.length === 1 ? step.values[0] : undefined;
}

function answerOf(table: Contracts["answers"], parameters: Shape, complain: (what: string) => void): Shape {
  const step = stepIn(parameters);
  const contract = step === undefined ? undefined : table[step];
  if (contract === undefined) complain(`no contract says what step "${step ?? "?"}" answers`);
  return contract === undefined ? anything : shapeOf(contract);
}

/** What a Task yields, before ResultSelector. */
export function resultOf(
  resource: string,
  parameters: Shape,
  contracts: Contracts,
  complain: (what: string) => void,
): Shape {
  switch (resource) {
    case invoke:
      return objectOf({ Payload: answerOf(contracts.answers, parameters, complain), StatusCode: number });
    case `${invoke}.waitForTaskToken`:
      return answerOf(contracts.callbacks, parameters, complain);
    case start:
      return objectOf({ ExecutionArn: text, StartDate: anything });
    case `${start}.sync:2`:
      return objectOf({
        ExecutionArn: text,
        Name: text,
        Output: anything,
        StateMachineArn: text,
        Status: text,
      });
    default:
      return anything;
  }
}
