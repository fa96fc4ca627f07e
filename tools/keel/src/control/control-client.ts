import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { KeelError } from '../failure.ts';
import type { RestartOutcome, RestartReport } from './control-server.ts';

/** Asks the running stack to end; it does so after the answer. */
export async function askDown(socket: string): Promise<void> {
  (await post(socket, '/down', {})).resume();
}

/** Asks the running stack for a restart and reports what it does. */
export async function askRestart(
  socket: string,
  body: { services: readonly string[]; reason: string },
  onEvent: (report: { event: string; service?: string; ms?: number }) => void,
): Promise<RestartOutcome> {
  const response = await post(socket, '/restart', body);
  if (response.statusCode !== 200) throw new KeelError(`The restart failed: ${await text(response)}`);
  for await (const line of createInterface({ input: response })) {
    const report = JSON.parse(line) as RestartReport;
    if ('outcome' in report) return report.outcome;
    if ('refused' in report) throw new KeelError(`The restart failed: ${report.refused}`);
    onEvent(report);
  }
  throw new KeelError('The stack ended during the restart', { fix: './keel up' });
}

function post(socketPath: string, path: string, body: unknown): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST' }, resolve);
    outgoing.once('error', (cause) => {
      const why = `its control socket ${socketPath} does not answer (${cause.message})`;
      reject(new KeelError('The running stack cannot be reached', { why, fix: './keel down', cause }));
    });
    outgoing.end(JSON.stringify(body));
  });
}
