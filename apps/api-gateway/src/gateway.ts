import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import { createErrorResponder, createRequestLog, hasBody } from '@evenkeel/service';
import { setRoute } from '@evenkeel/telemetry';
import type { Caller } from '@evenkeel/tokens';
import type { Config } from './config.ts';
import type { Dependencies } from './dependencies.ts';
import { forward } from './proxy/forward.ts';
import { checkLength, discardRest } from './proxy/request-body.ts';
import { createRequestHeaders } from './proxy/request-headers.ts';
import { writeHead } from './proxy/response-headers.ts';
import { createStaleCounter } from './proxy/upstream-metrics.ts';
import { allowOrigin, isPreflight, preflightHeaders } from './request/cors.ts';
import { frontPage, wantsPage } from './request/front-page.ts';
import { requestId } from './request/request-id.ts';
import { readTarget } from './request/target.ts';
import { methods, type Method } from './route.ts';

/** The gateway as a request listener. It needs no router: its routes are data. */
export function createGateway(dependencies: Dependencies): RequestListener {
  const { config, logger } = dependencies;
  const log = createRequestLog(logger);
  const respondToError = createErrorResponder(logger);
  const serve = createService(dependencies);

  return (request, response) => {
    // Once for the whole request: a reload in the middle of it must not mix two configurations.
    const { current } = config;
    const id = requestId(request.headers['x-request-id']);
    const own = [...current.ROUTES.response_headers, 'X-Request-Id', id];
    own.push(...allowOrigin(request.headers.origin, current.CORS_ORIGINS));
    log(request, response, id);
    if (hasBody(request)) response.on('finish', () => discardRest(request));
    serve(request, response, { config: current, id, own }).catch((error: unknown) =>
      respondToError(error, request, response, own),
    );
  };
}

/** What a request is served with. */
interface Scope {
  config: Config;
  id: string;
  /** Headers that the response gets beside those of the upstream; it may grow. */
  own: string[];
}

/** What is done with each request, in this order. Whatever is wrong is thrown as AppError, before anything is sent. */
function createService(dependencies: Dependencies) {
  const { peers, access, inFlight, rateLimits, upstreams, copies, watchdog } = dependencies;
  const onStale = createStaleCounter(upstreams.keys());
  const requestHeaders = createRequestHeaders();

  return async (request: IncomingMessage, response: ServerResponse, { config, id, own }: Scope): Promise<void> => {
    const { ROUTES: table, CORS_ORIGINS: origins } = config;
    checkMethod(request);
    if (request.url === '*') return sendEmpty(response, ['Allow', methods.join(', ')], own);
    const { path, query, host } = readTarget(request);
    refuseWebSocket(request);
    const found = table.find(path);
    if (found === undefined && path === '/' && wantsPage(request)) {
      writeHead(response, 200, ['Content-Type', 'text/html; charset=utf-8', 'Vary', 'Accept'], own);
      return void response.end(frontPage(host, config));
    }
    if (found === undefined) throw new AppError('not_found', 'No such path.');
    setRoute(found.prefix);
    if (isPreflight(request)) return sendEmpty(response, preflightHeaders(request, found.methods, origins), own);
    const route = found.byMethod.get(request.method ?? '');
    if (route === undefined) throw methodNotAllowed(found.methods);

    const peer = peers(request);
    const caller = await access(route, request, peer);
    const who = caller === undefined ? `address:${peer.network}` : `user:${caller.userId}`;
    if (route.max_in_flight !== undefined) inFlight.enter(route.max_in_flight, route, who, response);
    own.push(...(await rateLimits.take(route, who)));
    checkLength(request, route.max_body_bytes);

    const upstream = upstreams.get(route.upstream);
    if (upstream === undefined) throw new Error(`there is no upstream ${route.upstream}`);
    const { rawHeaders, httpVersion } = request;
    await forward({
      request,
      response,
      route,
      upstream,
      settings: table,
      path: path + query,
      headers: requestHeaders({ rawHeaders, httpVersion, host, protocol: 'http', peer, requestId: id }),
      own,
      copies: {
        copies,
        key: { path: path + query, caller: route.stale_if_error_s > 0 ? ownerOfAnswer(caller, request) : '' },
        requestHeaders: request.headers,
        now: Date.now,
      },
      onStale,
      watchdog,
    });
  };
}

/** A method that no route can have is not implemented (RFC 9110, section 15.6.2). Only OPTIONS may ask for `*`. */
function checkMethod({ method, url }: IncomingMessage): void {
  if (!methods.includes(method as Method)) throw new AppError('not_implemented', 'The method is not supported.');
  if (url === '*' && method !== 'OPTIONS') throw new AppError('bad_request', 'The request target must be a path.');
}

function methodNotAllowed(allowed: readonly Method[]): AppError {
  const allow = allowed.join(', ');
  return new AppError('method_not_allowed', `This path allows ${allow}.`, { headers: { allow } });
}

/** Other protocols may be ignored (RFC 9110, section 7.8), but a client that wants a WebSocket can do nothing without. */
function refuseWebSocket({ headers }: IncomingMessage): void {
  if (headers.upgrade?.toLowerCase().includes('websocket') !== true) return;
  throw new AppError('not_implemented', 'WebSockets are not supported.');
}

function sendEmpty(response: ServerResponse, headers: readonly string[], own: readonly string[]): void {
  writeHead(response, 204, headers, own);
  response.end();
}

/** The owner of a cached response: a user with these roles, or the holder of exactly these credentials. */
function ownerOfAnswer(caller: Caller | undefined, { headers }: IncomingMessage): string {
  if (caller !== undefined) return `user:${caller.userId}:${caller.roles.toSorted().join(',')}`;
  const credentials = JSON.stringify([headers.authorization ?? '', headers.cookie ?? '']);
  return createHash('sha256').update(credentials).digest('base64');
}
