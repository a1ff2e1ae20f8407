/** First after two minutes, then twice as long each time, at most an hour: trying costs nothing, a machine does. */
export const retryMinutes = (generation: number) => Math.min(2 ** Math.max(generation, 1), 60);
