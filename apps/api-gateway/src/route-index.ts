import { isInternal, methodsOf, prefixKey, type Method, type Route } from './route.ts';

/** The routes of one prefix. They differ by their methods. */
export interface PrefixRoutes {
  /** As the first of them has it. */
  prefix: string;
  routes: readonly Route[];
  byMethod: ReadonlyMap<string, Route>;
  /** Their methods, each once, for `Allow` and for a preflight. */
  methods: readonly Method[];
}

/** Two routes, by their places, that a request with one of these methods could both mean. */
export interface Overlap {
  index: number;
  earlier: number;
  shared: Method[];
}

/** Finds routes by path, in a time that depends on the path alone. */
export interface RouteIndex {
  overlaps: readonly Overlap[];
  /**
   * The routes of a normalised path: the longest prefix wins, on whole segments. None when nothing covers the path.
   * Case does not count, because a service behind may route `/Users` like `/users`: it must not slip under a looser rule.
   */
  find(path: string): PrefixRoutes | undefined;
}

export function indexRoutes(routes: readonly Route[]): RouteIndex {
  const byPrefix = new Map(
    [...Map.groupBy(routes, prefixKey)].map(([key, members]) => [key, prefixRoutes(members)] as const),
  );
  const longest = Math.max(0, ...[...byPrefix.keys()].map(({ length }) => length));
  return {
    overlaps: overlapsOf(routes),
    find(path) {
      const wanted = path.toLowerCase();
      if (isInternal(wanted)) return undefined;
      // From the end of the longest prefix, not of the path: a client chooses how many segments that has.
      let end = wanted.length <= longest ? wanted.length : wanted.lastIndexOf('/', longest);
      for (; end > 0; end = wanted.lastIndexOf('/', end - 1)) {
        const found = byPrefix.get(wanted.slice(0, end));
        if (found !== undefined) return found;
      }
      return byPrefix.get('/');
    },
  };
}

function prefixRoutes(routes: readonly Route[]): PrefixRoutes {
  return {
    prefix: routes[0]?.prefix ?? '',
    routes,
    byMethod: new Map(routes.flatMap((route) => route.methods.map((method) => [method, route]))),
    methods: methodsOf(routes),
  };
}

/** Each method is compared with the first route that has it, so that equal routes make a pair each, not every pair. */
function overlapsOf(routes: readonly Route[]): Overlap[] {
  const owners = new Map<string, number>();
  return routes.flatMap((route, index) => {
    const shared = new Map<number, Method[]>();
    for (const method of methodsOf([route])) {
      const key = `${method} ${prefixKey(route)}`;
      const earlier = owners.get(key);
      if (earlier === undefined) owners.set(key, index);
      else shared.set(earlier, [...(shared.get(earlier) ?? []), method]);
    }
    return [...shared].map(([earlier, ofBoth]) => ({ index, earlier, shared: ofBoth }));
  });
}
