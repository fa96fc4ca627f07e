import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { PlanOutcome } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import type { RestartReport } from './control-server.ts';

/** A running stack responds at once. The socket of one that is stopped or stuck accepts the request all the same. */
const ANSWER_MS = 5_000;

/**
 * Asks the running stack for a restart and reports each service that is ready, which takes as long as the plan allows.
 *
 * @param answerMs how long the response may take to begin
 * @throws KeelError when it does not respond, or refuses
 */
export async function askRestart(
  socket: string,
  body: { services: readonly string[]; reason: string },
  onReady: (service: string, ms: number) => void,
  answerMs = ANSWER_MS,
): Promise<PlanOutcome> {
  const outgoing = request({ socketPath: socket, method: 'POST' });
  const timer = setTimeout(() => outgoing.destroy(new Error(`nothing within ${answerMs / 1000} s`)), answerMs);
  outgoing.end(JSON.stringify(body));
  const responded = once(outgoing, 'response').catch((cause: Error) => {
    const why = `its control socket ${socket} does not respond (${cause.message})`;
    throw new KeelError('The running stack cannot be reached', { why, fix: './keel down', cause });
  });
  const [response] = (await responded.finally(() => clearTimeout(timer))) as [IncomingMessage];
  if (response.statusCode !== 200) throw new KeelError(`The restart failed: ${await text(response)}`);
  for await (const line of createInterface({ input: response })) {
    const report = JSON.parse(line) as RestartReport;
    if ('outcome' in report) return report.outcome;
    if ('refused' in report) throw new KeelError(`The restart failed: ${report.refused}`);
    onReady(report.ready, report.ms);
  }
  throw new KeelError('The stack stopped during the restart', { fix: './keel up' });
}
