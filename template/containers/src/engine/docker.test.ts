import { expect, it } from 'vitest';
import { inspectImage } from './docker.ts';

/** An engine that has some images, and can reach a registry with `base:1`. */
function engine(...present: string[]) {
  const commands: string[] = [];
  const command = (args: readonly string[]) => {
    const name = args.at(-1) ?? '';
    commands.push(args.join(' '));
    if (args[0] === 'pull' && name === 'base:1') present.push(name);
    const answer = { stdout: JSON.stringify([{ Size: 7 }]), stderr: '' };
    return present.includes(name) ? Promise.resolve(answer) : Promise.reject(new Error(`${args[0]} ${name}: no such`));
  };
  return { command, commands };
}

it('inspects a local image', async () => {
  const { command, commands } = engine('base:1');
  expect((await inspectImage('base:1', command)).Size).toBe(7);
  expect(commands).toEqual(['image inspect base:1']);
});

it('pulls an image that only BuildKit has', async () => {
  expect((await inspectImage('base:1', engine().command)).Size).toBe(7);
});

it('fails when an image cannot be pulled', async () => {
  await expect(inspectImage('base:2', engine().command)).rejects.toThrow('pull base:2: no such');
});
