import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFixture } from './fixture.ts';
import { Load } from './load.ts';
import { startRunner } from './runner-under-test.ts';

const edits = 50;

it(
  'fails no request and answers none with old code, on new and kept connections, in 50 edits',
  { timeout: 120_000 },
  async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    const load = new Load(runner.url, 50);
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
    expect(answers.filter((answer) => answer.connection === 'new').length).toBeGreaterThan(200);
    expect(answers.filter((answer) => answer.connection === 'kept').length).toBeGreaterThan(200);
  },
);
