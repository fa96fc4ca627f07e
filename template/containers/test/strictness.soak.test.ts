import { openPlace, startKeel } from '@evenkeel/keel/testing';
import { problemCode, refusedRequests, sendRaw, statusesIn } from '@evenkeel/testing';
import { expect, it } from 'vitest';
import { copiedStack } from '../src/compose/copied-stack.ts';
import { hasEngine } from './engine.ts';

/** Sends each of the raw requests that the gateway's own tests send, with all of the stack around the gateway. */
async function expectRefusals(baseUrl: string): Promise<void> {
  const requests = refusedRequests('/auth/login');
  for (const { what, text, status, code } of requests) {
    const answer = await sendRaw(Number(new URL(baseUrl).port), text);
    expect.soft([what, statusesIn(answer), problemCode(answer)]).toEqual([what, [status], code]);
    expect((await fetch(`${baseUrl}/.well-known/jwks.json`)).status).toBe(200);
  }
  console.log(`${baseUrl}: ${requests.length} requests`);
}

it('refuses what could be read in two ways: plain processes', async () => {
  await using place = await openPlace();
  await using up = startKeel(['up'], place.env);
  await up.untilPrinted(/All ready in/);
  await expectRefusals(`http://127.0.0.1:${place.portOf('api-gateway')}`);
});

it.skipIf(!hasEngine)('refuses what could be read in two ways: Compose', async () => {
  await using stack = await copiedStack('strictness');
  await stack.project.compose(['up', '--build', '--wait', '--quiet-pull']);
  await expectRefusals(stack.baseUrl);
});
