import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Service, Stack } from '@evenkeel/stack';
import send from 'send';
import { checkPorts } from '../ports/taken-ports.ts';
import type { Terminal } from '../terminal.ts';
import { listenForStop } from '../process/stop-signals.ts';
import type { Workspace } from '../workspace.ts';
import { askHealth, changes, type Verdicts } from './health.ts';
import { onParentGone } from './parent.ts';

/**
 * Serves two things for a browser and for Tilt's probe: `/healthz`, which requests that of every service and returns 503
 * when one is not ok, and `/coverage/`, the report. Prints what has changed since the last request.
 */
export async function serveChecks(
  { root, portOffset }: Workspace,
  terminal: Terminal,
  stack: Stack,
  services: readonly Service[],
): Promise<void> {
  const { port } = stack.checks;
  await checkPorts(stack, portOffset, [{ port, purpose: 'checks' }]);
  let before: Verdicts = {};
  const health = async (response: ServerResponse) => {
    const verdicts = await askHealth(services);
    for (const line of changes(before, verdicts)) terminal.print(line);
    before = verdicts;
    const isWell = Object.values(verdicts).every((verdict) => verdict === 'ok');
    response.writeHead(isWell ? 200 : 503, { 'Content-Type': 'application/json' }).end(JSON.stringify(verdicts));
  };
  const report = (request: IncomingMessage, response: ServerResponse, path: string) => {
    const missing = () => response.writeHead(404).end('No such page. Run ./keel coverage to create the report.\n');
    send(request, path, { root: join(root, 'coverage') })
      .on('error', missing)
      .pipe(response);
  };
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    // Under another name a foreign page could read the report (DNS rebinding).
    if (!/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(request.headers.host ?? '')) response.writeHead(421).end();
    else if (path === '/healthz') void health(response);
    else if (path.startsWith('/coverage/')) report(request, response, path.slice('/coverage'.length));
    else response.writeHead(404).end('There are /healthz and /coverage/.\n');
  });
  const stop = listenForStop();
  onParentGone(process.ppid, stop.request);
  server.listen(port, '127.0.0.1', () => terminal.print(`Checks on http://127.0.0.1:${port}`));
  await stop.asked;
  server.close();
  server.closeAllConnections();
}
