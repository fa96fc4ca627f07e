import type { IncomingMessage } from 'node:http';
import { loopbackPort } from '@evenkeel/service';

/** Whether a browser sent the request: programs accept any type, or name another one. */
export function wantsPage({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/i.test(headers.accept ?? '');
}

/**
 * A page for users who open `/`, which is not a path of the API.
 * @param host that of the request
 * @param ports as they are configured: those that a client uses may be moved, all by the same number.
 */
export function frontPage(host: string | undefined, ports: { PORT: number; ADMIN_PORT: number }): string {
  const port = loopbackPort(host);
  return page(port === undefined ? elsewhere : onThisMachine(port - ports.PORT + ports.ADMIN_PORT));
}

const page = (links: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>API gateway</title>
  </head>
  <body>
    <h1>API gateway</h1>
    <p>The API is at the paths below this one, such as /auth/login and /users/me.</p>
    ${links}
  </body>
</html>
`;

const onThisMachine = (adminPort: number) => `<ul>
      <li><a href="http://127.0.0.1:${String(adminPort)}/docs">Sign in and try it</a></li>
      <li><a href="http://127.0.0.1:${String(adminPort)}/openapi.json">Its OpenAPI description</a></li>
      <li><a href="http://127.0.0.1:${String(adminPort)}/healthz">How the gateway is</a></li>
    </ul>`;

const elsewhere = `<p>Its description is on the admin port, at /docs and /openapi.json, which operators reach.</p>`;
