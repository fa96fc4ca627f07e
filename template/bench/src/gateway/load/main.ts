// main.ts: the load generator. Each message asks for load on a contender; the response is the result.
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '@evenkeel/containers';
import { cpuMicroseconds } from '../process-usage.ts';
import { Client } from './client.ts';

export interface Load {
  port: number;
  /** The contender's process, whose CPU time is read at both ends of the measured time. */
  pid: number;
  path: string;
  /** One for each user. The users take turns. */
  tokens: readonly string[];
  connections: number;
  warmUpMs: number;
  measuredMs: number;
}

export interface LoadResult {
  /** Responses with status 200 in the measured time. */
  responses: number;
  seconds: number;
  cpuUs: number;
  p50Ms: number;
  p99Ms: number;
  /** Requests with another outcome, by status or cause, including those of the warm-up. */
  failures: Readonly<Record<string, number>>;
}

const leaveMs = 30_000;

async function measure({ port, pid, path, tokens, connections, warmUpMs, measuredMs }: Load): Promise<LoadResult> {
  const requests = tokens.map((token) => {
    const head = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Accept: application/json', 'User-Agent: bench'];
    return Buffer.from([...head, `Authorization: Bearer ${token}`, '', ''].join('\r\n'));
  });
  const failures: Record<string, number> = {};
  let timesMs: number[] = [];
  let next = 0;
  const nextRequest = () => requests[(next += 1) % requests.length] as Buffer;
  const onResponse = (ms: number, failure: string | undefined) => {
    if (failure === undefined) timesMs.push(ms);
    else failures[failure] = (failures[failure] ?? 0) + 1;
  };
  const clients = Array.from({ length: connections }, () => new Client(port, nextRequest, onResponse));
  await sleep(warmUpMs);
  timesMs = [];
  const [begun, cpuBefore] = [performance.now(), cpuMicroseconds(pid)];
  await sleep(measuredMs);
  const [measured, seconds] = [timesMs, (performance.now() - begun) / 1000];
  const cpuUs = cpuMicroseconds(pid) - cpuBefore;
  timesMs = [];
  await Promise.all(clients.map((client) => client.leave(leaveMs)));
  const [p50Ms, p99Ms] = [percentile(measured, 0.5), percentile(measured, 0.99)];
  return { responses: measured.length, seconds, cpuUs, p50Ms, p99Ms, failures };
}

process.on('message', (load: Load) => void measure(load).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit());
