import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { KeelError } from '../failure.ts';
import type { RestartOutcome, RestartReport } from './control-server.ts';

/** A stack that runs answers at once. The socket of one that is stopped or stuck takes the question all the same. */
const ANSWER_MS = 5_000;

/** Asks the running stack to end; it does so after the answer. @throws KeelError when it does not answer */
export async function askDown(socket: string, answerMs = ANSWER_MS): Promise<void> {
  (await post(socket, '/down', {}, answerMs)).resume();
}

/**
 * Asks the running stack for a restart and reports what it does, which takes as long as the plan allows.
 *
 * @throws KeelError when it does not answer, or refuses
 */
export async function askRestart(
  socket: string,
  body: { services: readonly string[]; reason: string },
  onEvent: (report: { event: string; service?: string; ms?: number }) => void,
  answerMs = ANSWER_MS,
): Promise<RestartOutcome> {
  const response = await post(socket, '/restart', body, answerMs);
  if (response.statusCode !== 200) throw new KeelError(`The restart failed: ${await text(response)}`);
  for await (const line of createInterface({ input: response })) {
    const report = JSON.parse(line) as RestartReport;
    if ('outcome' in report) return report.outcome;
    if ('refused' in report) throw new KeelError(`The restart failed: ${report.refused}`);
    onEvent(report);
  }
  throw new KeelError('The stack stopped during the restart', { fix: './keel up' });
}

/** `answerMs`: how long the answer may take to begin. */
function post(socketPath: string, path: string, body: unknown, answerMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST' });
    const timer = setTimeout(() => outgoing.destroy(new Error(`nothing within ${answerMs / 1000} s`)), answerMs);
    outgoing.once('close', () => clearTimeout(timer));
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    outgoing.once('error', (cause) => {
      const why = `its control socket ${socketPath} does not respond (${cause.message})`;
      reject(new KeelError('The running stack cannot be reached', { why, fix: './keel down', cause }));
    });
    outgoing.end(JSON.stringify(body));
  });
}
