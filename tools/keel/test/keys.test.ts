import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { keel } from './keel-process.ts';

let stateDir: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'keel-keys-'));
  env = { ...process.env, NO_COLOR: '1', KEEL_STATE_DIR: stateDir };
  onTestFinished(() => rm(stateDir, { recursive: true }));
});

const signingKeys = async () =>
  JSON.parse(await readFile(join(stateDir, 'secrets/signing_keys.json'), 'utf8')) as { active: string; keys: object[] };

it('rotates the secrets of the runtime that is named', async () => {
  const { code, output } = await keel(['keys', 'rotate', '--runtime=local', '--publish-seconds=0.2'], env);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^Published[^]* s until[^]*signs now/) });
  const { active, keys } = await signingKeys();
  expect(keys).toMatchObject([{ retired_at: expect.any(String) }, { kid: active }]);
});

it('asks where the stack runs when no local one does', async () => {
  expect(await keel(['keys', 'rotate'], env)).toEqual({
    code: 1,
    output: expect.stringMatching(/No local stack is running[^]*fix: \.\/keel keys rotate --runtime=compose/),
  });
});

it('refuses a time that is no number', async () => {
  const { code, output } = await keel(['keys', 'rotate', '--publish-seconds=soon'], env);
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('Expected a number of seconds') });
});
