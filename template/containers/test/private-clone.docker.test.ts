import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyClone } from '@evenkeel/clone';
import { root } from '../src/compose/copied-stack.ts';
import { docker } from '../src/engine/docker.ts';
import { run } from '../src/engine/run.ts';
import { hasEngine, needsEngine } from './engine.ts';

needsEngine();
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-private-'));
const imageOf = (target: string): string => `evenkeel-test-private-${process.pid}/${target}`;
const targets = ['dev', 'prod', 'secrets'];

beforeAll(async () => {
  if (!hasEngine) return;
  await copyClone(root, folder);
  // Like a clone made with umask 077.
  await run('chmod', ['-R', 'go=', folder]);
  const args = ['build', '--quiet', '--file', 'infra/docker/Dockerfile', '--build-arg', 'SERVICE=user-service'];
  for (const target of targets) {
    await docker([...args, '--target', target, '--tag', imageOf(target), '.'], { cwd: folder });
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (hasEngine) await docker(['image', 'rm', '--force', ...targets.map(imageOf)]);
});

it.each([
  ['dev', 1000, 'work/apps/user-service/src/main.ts'],
  ['prod', 65532, 'app/apps/user-service/dist/main.js'],
  ['secrets', 1000, 'work/tools/secrets/src/main.ts'],
])('is readable by the user of the target %s', async (target, user, program) => {
  const { stdout: id } = await docker(['create', imageOf(target)]);
  try {
    const list = 'docker export "$0" | tar --list --verbose --numeric-owner --file -';
    const { stdout } = await run('sh', ['-c', list, id.trim()]);
    const entries = stdout.split('\n').filter((entry) => / (work|app)\//.test(entry));
    expect(entries.some((entry) => entry.endsWith(` ${program}`))).toBe(true);
    const readable = new RegExp(`^(l|-.{6}r|d.{6}r.x|(-r|dr.x)\\S+ ${user}/)`);
    expect(entries.filter((entry) => !readable.test(entry))).toEqual([]);
  } finally {
    await docker(['rm', id.trim()]);
  }
});
