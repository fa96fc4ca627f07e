/** Something that has to make progress. */
export interface Watched {
  /** Its place in the list. */
  place: number;
  /** Called a few times a second, with the time in milliseconds of `performance.now()`. */
  check(now: number): void;
}

/** Looks at everything in flight from time to time: timers of its own would cost a request more than its time limits are worth. */
export interface Watchdog {
  add(item: Watched): void;
  remove(item: Watched): void;
}

/** How often: a limit is kept this much too late at most. */
const INTERVAL_MS = 50;

export function createWatchdog(): Watchdog {
  const items: Watched[] = [];
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    // Backwards, since an item that is removed is replaced by the last one.
    for (let place = items.length - 1; place >= 0; place--) items[place]?.check(now);
    if (items.length > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    add(item) {
      item.place = items.push(item) - 1;
      timer ??= setInterval(look, INTERVAL_MS).unref();
    },
    remove(item) {
      if (items[item.place] !== item) return;
      const last = items.pop();
      if (last === undefined || last === item) return;
      last.place = item.place;
      items[last.place] = last;
    },
  };
}
