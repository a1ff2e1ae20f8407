/** As many calls at once as no service minds. */
const atOnce = 10;

/** Does the same with each, ten at a time. */
export async function inBatches<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const rest = [...items];
  const results: Result[] = [];
  while (rest.length > 0) results.push(...(await Promise.all(rest.splice(0, atOnce).map(work))));
  return results;
}
