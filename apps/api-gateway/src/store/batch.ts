/**
 * Does the work of all calls within one turn of the event loop at once.
 * @param work gets what the calls were made with and returns the result of each, in the same order
 */
export function createBatch<In, Out>(work: (items: readonly In[]) => Promise<readonly Out[]>): (item: In) => Promise<Out> {
  let items: In[] = [];
  let results: Promise<readonly Out[]> | undefined;

  function open(): Promise<readonly Out[]> {
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const all = items;
      items = [];
      results = undefined;
      return work(all);
    });
  }

  return async (item) => {
    results ??= open();
    const index = items.push(item) - 1;
    return (await results)[index] as Out;
  };
}
