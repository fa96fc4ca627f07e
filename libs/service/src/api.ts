import { AppError, fieldErrors, validate } from '@evenkeel/errors';
import { setRoute } from '@evenkeel/telemetry';
import { Router, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { callerSignal } from './caller-signal.ts';
import type { Endpoint } from './endpoint.ts';
import { createJsonBody } from './json-body.ts';

/** Routes for the endpoints. A path that exists responds to other methods with 405. */
export function createRouter(endpoints: readonly Endpoint[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const parseBody = createJsonBody();
  for (const path of new Set(endpoints.map(({ spec }) => spec.path))) {
    const here = endpoints.filter(({ spec }) => spec.path === path);
    const route = router.route(path).all(nameRoute(path));
    for (const endpoint of here) {
      const { method, body } = endpoint.spec;
      // The guard comes first: a caller without access cannot make an endpoint read a body.
      route[method](checkCaller(endpoint), ...(body === undefined ? [] : [parseBody]), run(endpoint));
    }
    route.all(methodNotAllowed(here));
  }
  return router;
}

function nameRoute(path: string): RequestHandler {
  return (_request, _response, next) => {
    setRoute(path);
    next();
  };
}

function checkCaller({ spec }: Endpoint): RequestHandler {
  return async (request, response, next) => {
    response.locals['caller'] = await spec.guard?.check(request);
    next();
  };
}

function run({ spec, handle }: Endpoint): RequestHandler {
  return async (request, response) => {
    const signal = callerSignal(response);
    checkHeaders(request, spec.headers);
    const { status, body, headers } = await handle({
      params: spec.params === undefined ? request.params : validate(spec.params, request.params, 'path'),
      query: spec.query === undefined ? undefined : validate(spec.query, request.query, 'query'),
      body: spec.body === undefined ? undefined : validate(spec.body, bodyOf(request), 'body'),
      caller: response.locals['caller'] as unknown,
      request,
      signal,
    });
    response.status(status).set(headers ?? {});
    if (body === undefined) response.end();
    else response.json(body);
  };
}

function bodyOf(request: Request): unknown {
  const body: unknown = request.body;
  if (body === undefined) throw new AppError('invalid_request', 'A JSON body is required.');
  return body;
}

function checkHeaders(request: Request, schema: z.ZodObject | undefined): void {
  if (schema === undefined) return;
  const fields = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, request.get(name)]));
  const { error } = schema.safeParse(fields);
  if (error !== undefined) throw new AppError('bad_request', 'A header is not valid.', { errors: fieldErrors(error) });
}

function methodNotAllowed(endpoints: readonly Endpoint[]): RequestHandler {
  const methods = endpoints.map(({ spec }) => spec.method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  const allow = methods.join(', ');
  return () => {
    throw new AppError('method_not_allowed', `This path allows ${allow}.`, { headers: { allow } });
  };
}
