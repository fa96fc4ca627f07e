import { isInternal, methods, prefixKey, type Method, type Route } from './route.ts';

/** The routes of one prefix. They differ by their methods. */
export interface PrefixRoutes {
  /** As the first of them has it. */
  prefix: string;
  routes: readonly Route[];
  byMethod: ReadonlyMap<string, Route>;
  /** Their methods, each once, for `Allow` and for a preflight. */
  methods: readonly Method[];
}

/** A route, by its place, that a request with one of these methods means as well as an earlier one. */
interface Overlap {
  index: number;
  earlier: Route;
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
  const byPrefix = new Map<string, Group>();
  const overlaps: Overlap[] = [];
  for (const [index, route] of routes.entries()) {
    const key = prefixKey(route);
    const group = byPrefix.get(key) ?? createGroup(route.prefix);
    byPrefix.set(key, group);
    for (const [earlier, shared] of addRoute(group, route)) overlaps.push({ index, earlier, shared });
  }
  for (const group of byPrefix.values()) group.methods = methods.filter((method) => group.byMethod.has(method));
  const longest = Math.max(0, ...[...byPrefix.keys()].map(({ length }) => length));
  return {
    overlaps,
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

/** Those of a prefix so far. */
interface Group extends PrefixRoutes {
  routes: Route[];
  byMethod: Map<string, Route>;
}

const createGroup = (prefix: string): Group => ({ prefix, routes: [], byMethod: new Map(), methods: [] });

/**
 * Returns the methods that earlier routes have already, by route. Each is compared with the first route that has it, so
 * that equal routes make a pair each, not every pair.
 */
function addRoute({ routes, byMethod }: Group, route: Route): Map<Route, Method[]> {
  const taken = new Map<Route, Method[]>();
  routes.push(route);
  for (const method of route.methods) {
    const earlier = byMethod.get(method);
    if (earlier === undefined) byMethod.set(method, route);
    else if (earlier !== route) taken.set(earlier, [...(taken.get(earlier) ?? []), method]);
  }
  return taken;
}
