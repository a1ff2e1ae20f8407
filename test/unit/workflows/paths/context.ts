import type { State } from "../definition.ts";
import { anything, number, objectOf, type Shape, text } from "./shape.ts";

/**
 * The context object, `$$`, as far as AWS and the engine both have it: the engine's has neither RoleArn nor
 * RedriveCount, and a path that is not there is null in it.
 */
export function contextOf(state: State, inMap: boolean): Shape {
  return objectOf({
    Execution: objectOf({ Id: text, Input: anything, Name: text, StartTime: text }),
    State: objectOf({ Name: text, EnteredTime: text, RetryCount: number }),
    StateMachine: objectOf({ Id: text, Name: text }),
    ...((state.Resource ?? "").endsWith(".waitForTaskToken") && { Task: objectOf({ Token: text }) }),
    ...(inMap && { Map: objectOf({ Item: objectOf({ Index: number, Value: anything }) }) }),
  });
}
