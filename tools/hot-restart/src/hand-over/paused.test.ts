import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isPaused } from './paused.ts';

it('takes a process that sleeps at every look for paused, and one that ran at any for busy', async () => {
  const states = (letters: string) => () => {
    const [next = '', ...rest] = letters;
    letters = rest.join('') || next;
    return next;
  };
  expect(await isPaused(1, states('SSSS'))).toBe(true);
  expect(await isPaused(1, states('SSRS'))).toBe(false);
  expect(await isPaused(1, states(''))).toBe(false);
});

it('tells a sleeping process from a busy one on this system', async () => {
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
  const busy = spawn(process.execPath, ['-e', 'console.log(1); for (;;);']);
  try {
    await Promise.all([once(idle.stdout, 'data'), once(busy.stdout, 'data')]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await isPaused(idle.pid ?? 0)).toBe(true);
    expect(await isPaused(busy.pid ?? 0)).toBe(false);
  } finally {
    idle.kill('SIGKILL');
    busy.kill('SIGKILL');
  }
});
