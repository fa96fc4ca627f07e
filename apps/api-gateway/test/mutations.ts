import fc from 'fast-check';
import { sendRaw, statusesIn } from '@evenkeel/testing';
import { expect } from 'vitest';
import { requestsIn, type FramedRequest } from './framing.ts';
import { mutatedRequest, validRequests } from './mutated-request.ts';
import { bootService } from './service-under-test.ts';

/** Generous: only a connection that hangs takes so long. */
const HANGS_MS = 30_000;

/** Sends mutations of valid requests: the gateway refuses them, or sends on what RFC 9112 finds in them and nothing else. */
export async function expectNothingSmuggled(mutations: number, seed: number): Promise<void> {
  await using gateway = await bootService('routes: [{ prefix: /, upstream: user-service, token: none }]');
  let reached: FramedRequest[] = [];
  gateway.users.handler = (request, response) => {
    const { method = '', headers } = request;
    const framed = { method, marker: String(headers['x-marker'] ?? ''), body: '', isComplete: false };
    reached.push(framed);
    request.setEncoding('latin1').on('data', (chunk: string) => (framed.body += chunk));
    request.on('end', () => {
      framed.isComplete = true;
      response.end('done');
    });
  };
  const tally: Record<string, number> = {};

  const hold = async (text: string) => {
    reached = [];
    const sent = requestsIn(text);
    const due = sent.filter(({ isComplete }) => isComplete).length;
    const statuses = statusesIn(await sendRaw(gateway.port, text, due));
    // On another connection, after which the upstream has also seen whatever the first one left behind.
    const after = await fetch(`${gateway.url}/after`, { headers: { 'x-marker': 'after' } });
    expect([after.status, reached.pop()?.marker]).toEqual([200, 'after']);
    const allowed = sent.filter(({ isValid }) => isValid);
    expect(reached.filter((each) => !isOneOf(allowed, each))).toEqual([]);
    expect(reached.length).toBeLessThanOrEqual(allowed.length);
    // What was carried out got its response. Nothing was so slow that it timed out.
    expect(statuses.filter((status) => status === 200)).toHaveLength(
      reached.filter(({ isComplete }) => isComplete).length,
    );
    expect(statuses.filter((status) => status === 408 || (status >= 500 && status !== 501))).toEqual([]);
    for (const status of statuses) tally[status] = (tally[status] ?? 0) + 1;
    return sent;
  };

  for (const text of validRequests) {
    const sent = await hold(text);
    expect(reached).toEqual(sent.map(({ isValid, ...request }) => request));
  }
  const property = fc.asyncProperty(mutatedRequest, async (text) => void (await hold(text)));
  await fc.assert(property, { numRuns: mutations, seed, timeout: HANGS_MS, endOnFailure: true });
  console.log(`${mutations} mutations: ${JSON.stringify(tally)}`);
}

/** Whether one of the requests is this one, or begins like it when its body was broken off. */
function isOneOf(sent: readonly FramedRequest[], { method, marker, body, isComplete }: FramedRequest): boolean {
  return sent.some(
    (each) =>
      each.method === method &&
      each.marker === marker &&
      (isComplete ? each.isComplete && each.body === body : each.body.startsWith(body)),
  );
}
