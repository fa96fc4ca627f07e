import type { ServerResponse } from 'node:http';
import { AppError } from '@evenkeel/errors';
import type { Route } from '../route.ts';

/** Bounds how many requests one client has in flight on a route, in this gateway. */
export interface InFlight {
  /**
   * Counts a request of `who` until its response closes. It costs nothing but that: no connection, no body, no Redis.
   * @throws AppError `rate_limited`
   */
  enter(max: number, route: Route, who: string, response: ServerResponse): void;
}

export function createInFlight(): InFlight {
  // A reload replaces the routes; requests of the old ones count no more.
  const routes = new WeakMap<Route, Map<string, number>>();
  return {
    enter(max, route, who, response) {
      if (response.closed) return;
      const counts = routes.get(route) ?? new Map<string, number>();
      routes.set(route, counts);
      const count = counts.get(who) ?? 0;
      if (count >= max) throw tooMany();
      counts.set(who, count + 1);
      response.once('close', () => {
        const left = (counts.get(who) ?? 1) - 1;
        if (left === 0) counts.delete(who);
        else counts.set(who, left);
      });
    },
  };
}

function tooMany(): AppError {
  return new AppError('rate_limited', 'Too many requests at the same time. Retry shortly.', {
    headers: { 'Retry-After': '1' },
  });
}
