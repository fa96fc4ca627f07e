import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { createFixture } from './fixture.ts';
import { Load } from './load.ts';
import { startRunner } from './runner-under-test.ts';

/** Edits the fixture under load: no request may fail, and none that begins 20 ms after a restart may have old code. */
export async function expectNothingLost(edits: number, perSecond: number): Promise<void> {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  await runner.ready(0);
  const load = new Load(runner.url, perSecond);
  const lives: { text: string; at: number }[] = [{ text: 'one', at: Date.now() }];
  for (let edit = 1; edit <= edits; edit += 1) {
    await sleep(400);
    await fixture.say(`edit ${edit}`);
    await runner.ready(edit);
    lives.push({ text: `edit ${edit}`, at: Date.now() });
  }
  await sleep(200);
  const answers = await load.stop();

  expect(answers.filter((answer) => answer.error !== undefined)).toEqual([]);
  const stale = answers.filter(({ begun, text }) => {
    const order = lives.findIndex((live) => live.text === text);
    const next = lives[order + 1];
    return order < 0 || (next !== undefined && begun > next.at + 20);
  });
  expect(stale).toEqual([]);
  for (const connection of ['new', 'kept']) {
    expect(answers.filter((answer) => answer.connection === connection).length).toBeGreaterThan(edits * 4);
  }
}
