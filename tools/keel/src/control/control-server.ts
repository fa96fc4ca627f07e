import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { PlanActions, PlanOutcome } from '@evenkeel/stack';

/** What the running stack does for `keel restart`. */
export type Restart = (
  names: readonly string[],
  reason: string,
  onReady: NonNullable<PlanActions['onReady']>,
) => Promise<PlanOutcome>;

/** A line of the response to a restart: each service that is ready, and at the end the outcome. */
export type RestartReport = { ready: string; ms: number } | { outcome: PlanOutcome } | { refused: string };

/** Listens for restarts, as HTTP over a Unix socket in a folder that only we may enter. They run one at a time. */
export async function openControlServer(restart: Restart) {
  // The path of a socket may have 104 bytes on macOS, so it cannot lie in the clone.
  const folder = await mkdtemp(join(tmpdir(), 'keel-'));
  const socket = join(folder, 'control');
  let turn: Promise<unknown> = Promise.resolve();

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { services, reason } = (await json(request)) as { services: string[]; reason: string };
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).flushHeaders();
    const write = (report: RestartReport) => void response.write(`${JSON.stringify(report)}\n`);
    const work = turn.then(() => restart(services, reason, (ready, ms) => write({ ready, ms })));
    turn = work.catch(() => {});
    await work.then(
      (outcome) => write({ outcome }),
      (error: Error) => write({ refused: error.message }),
    );
    response.end();
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await once(server.listen(socket), 'listening');
  return {
    socket,
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
