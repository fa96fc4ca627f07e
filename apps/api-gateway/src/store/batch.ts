/**
 * Does the work of all calls within one turn of the event loop at once.
 * @param work gets what the calls were made with and returns the result of each, in the same order
 */
export function createBatch<In, Out>(
  work: (items: readonly In[]) => Promise<readonly Out[]>,
): (item: In) => Promise<Out> {
  let items: In[] = [];
  let results: Promise<readonly Out[]> | undefined;

  function run(resolve: (results: Promise<readonly Out[]>) => void): void {
    const all = items;
    items = [];
    results = undefined;
    resolve(work(all));
  }

  return (item) => {
    results ??= new Promise((resolve) => setImmediate(run, resolve));
    const index = items.push(item) - 1;
    return results.then((all) => all[index] as Out);
  };
}
