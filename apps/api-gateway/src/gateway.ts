import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import { checkFraming, clientNetwork } from '@evenkeel/service';
import { setRoute } from '@evenkeel/telemetry';
import type { Caller } from '@evenkeel/tokens';
import type { Dependencies } from './dependencies.ts';
import { forward } from './proxy/forward.ts';
import { checkLength, discardRest } from './proxy/request-body.ts';
import { requestHeaders } from './proxy/request-headers.ts';
import { createStaleCounter } from './proxy/upstream-metrics.ts';
import { allowOrigin, answerPreflight, isPreflight } from './request/cors.ts';
import { sendFrontPage, wantsPage } from './request/front-page.ts';
import type { Peer } from './request/peer.ts';
import { requestId } from './request/request-id.ts';
import { readTarget } from './request/target.ts';
import { findRoutes, methodsOf, type Method, type Route } from './route.ts';

/** What is done with each request, in this order. Whatever is wrong is thrown as AppError, before anything is sent. */
export function createGateway(dependencies: Dependencies) {
  const { config, peers, access, inFlight, rateLimits, upstreams, copies } = dependencies;
  const onStale = createStaleCounter(upstreams.keys());

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Once for the whole request: a reload in the middle of it must not mix two configurations.
    const { ROUTES: table, CORS_ORIGINS: origins, PORT, ADMIN_PORT } = config.current;
    const id = requestId(request.headers['x-request-id']);
    for (const [name, value] of Object.entries(table.response_headers)) response.setHeader(name, value);
    response.setHeader('X-Request-Id', id);
    allowOrigin(request, response, origins);
    response.once('finish', () => discardRest(request));

    checkFraming(request);
    const { host } = request.headers;
    const { path, query } = readTarget(request.url ?? '', host);
    refuseWebSocket(request);
    const routes = findRoutes(table.routes, path);
    if (routes.length === 0 && path === '/' && wantsPage(request))
      return sendFrontPage(request, response, { PORT, ADMIN_PORT });
    if (routes.length === 0) throw new AppError('not_found', 'No such path.');
    setRoute(routes[0]?.prefix ?? '');
    if (isPreflight(request)) return answerPreflight(request, response, methodsOf(routes), origins);
    const route = routeOfMethod(routes, request.method);

    const caller = await access(route, request);
    const peer = peers(request);
    const who = callerOrNetwork(caller, peer);
    if (route.max_in_flight !== undefined) inFlight.enter(route.max_in_flight, route, who, response);
    if (route.rate_limit !== undefined) {
      const standing = await rateLimits.take(route.rate_limit, route, who);
      for (const [name, value] of Object.entries(standing)) response.setHeader(name, value);
    }
    checkLength(request, route.max_body_bytes);

    const upstream = upstreams.get(route.upstream);
    if (upstream === undefined) throw new Error(`there is no upstream ${route.upstream}`);
    const { rawHeaders, httpVersion } = request;
    await forward({
      request,
      response,
      route,
      upstream,
      breaker: table.breaker,
      path: path + query,
      headers: requestHeaders({ rawHeaders, httpVersion, host, protocol: 'http', peer, requestId: id }),
      copies: {
        copies,
        key: { path: path + query, caller: ownerOfAnswer(caller, request) },
        requestHeaders: request.headers,
        now: Date.now,
      },
      onStale,
    });
  };
}

function routeOfMethod(routes: readonly Route[], method: string | undefined): Route {
  const route = routes.find(({ methods }) => methods.includes(method as Method));
  if (route !== undefined) return route;
  const allow = methodsOf(routes).join(', ');
  throw new AppError('method_not_allowed', `This path allows ${allow}.`, { headers: { allow } });
}

/** Other protocols may be ignored (RFC 9110, section 7.8), but a client that wants a WebSocket can do nothing without. */
function refuseWebSocket({ headers }: IncomingMessage): void {
  if (headers.upgrade?.toLowerCase().includes('websocket') !== true) return;
  throw new AppError('not_implemented', 'WebSockets are not supported.');
}

/** Who a limit counts. */
function callerOrNetwork(caller: Caller | undefined, { address }: Peer): string {
  if (caller !== undefined) return `user:${caller.userId}`;
  return `address:${clientNetwork(address)}`;
}

/** The owner of a cached response: a user with these roles, or the holder of exactly these credentials. */
function ownerOfAnswer(caller: Caller | undefined, { headers }: IncomingMessage): string {
  if (caller !== undefined) return `user:${caller.userId}:${caller.roles.toSorted().join(',')}`;
  const credentials = JSON.stringify([headers.authorization ?? '', headers.cookie ?? '']);
  return createHash('sha256').update(credentials).digest('base64');
}
