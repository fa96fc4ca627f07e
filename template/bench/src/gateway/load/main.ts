// main.ts: the users. For each message it sends requests of all of them to a contender for some time, and responds with
// what it saw.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicroseconds } from '../process-usage.ts';
import { Client } from './client.ts';
import { Histogram } from './histogram.ts';
import type { Load, LoadResult } from './load.ts';

const leaveMs = 5_000;

async function measure({ port, pid, path, tokens, connections, warmUpMs, measuredMs }: Load): Promise<LoadResult> {
  const requests = tokens.map((token) =>
    Buffer.from(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: application/json\r\n` +
        `User-Agent: bench\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    ),
  );
  const failures: Record<string, number> = {};
  let histogram = new Histogram();
  let responses = 0;
  let next = 0;
  const nextRequest = () => requests[(next += 1) % requests.length] as Buffer;
  const onResponse = (ms: number, failure: string | undefined) => {
    if (failure !== undefined) {
      failures[failure] = (failures[failure] ?? 0) + 1;
      return;
    }
    responses += 1;
    histogram.add(ms);
  };
  const clients = Array.from({ length: connections }, () => new Client(port, nextRequest, onResponse));
  await sleep(warmUpMs);
  histogram = new Histogram();
  responses = 0;
  const [begun, cpuBefore] = [performance.now(), cpuMicroseconds(pid)];
  await sleep(measuredMs);
  const result = {
    responses,
    seconds: (performance.now() - begun) / 1000,
    cpuUs: cpuMicroseconds(pid) - cpuBefore,
    p50Ms: histogram.percentile(0.5),
    p99Ms: histogram.percentile(0.99),
  };
  await Promise.all(clients.map((client) => client.leave(leaveMs)));
  return { ...result, failures };
}

process.on('message', (load: Load) => void measure(load).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit());
