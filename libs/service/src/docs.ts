import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { AppError } from '@evenkeel/errors';
import { Router, static as files, type RequestHandler } from 'express';
import { loopbackPort } from './loopback-host.ts';

/** Where the page sends its requests: below this path of its own origin, so that CORS can stay closed. */
export const TRY_PATH = '/try';

/** Scripts, styles and requests of this origin only. Swagger UI sets styles inline and has its icons in data URLs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The page of the API: Swagger UI over `/openapi.json`, from files of this machine.
 * @param sends whether it may send requests, to TRY_PATH.
 */
export function createDocsRouter(sends: boolean): Router {
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const router = Router();
  router.use((_request, response, next) => {
    response.set({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' });
    next();
  });
  router.get('/', (_request, response) => void response.type('html').send(page(sends)));
  router.get('/start.js', (_request, response) => void response.type('js').send(sends ? withRequests : readOnly));
  router.use(files(assets, { index: false }));
  return router;
}

/** Hands requests of the page to the application itself, as if they had come to its port. Only for clients on this machine. */
export function createTryRoute(app: RequestListener): RequestHandler {
  return (request, response) => {
    if (loopbackPort(request.get('host')) === undefined)
      throw new AppError('forbidden', 'Only requests to localhost are allowed here.');
    app(request, response);
  };
}

const page = (sends: boolean) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>API</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    ${sends ? '' : '<p>To send requests, open /docs on the admin port of api-gateway.</p>'}
    <div id="ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

// Files of their own, so that the content security policy need not allow inline scripts.
const readOnly = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', deepLinking: true, supportedSubmitMethods: [] });
`;

/** After a sign-in, its token is sent with the requests that follow. */
const withRequests = `const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  responseInterceptor(response) {
    if (response.body?.token_type === 'Bearer') ui.preauthorizeApiKey('bearer', response.body.access_token);
    return response;
  },
});
`;
