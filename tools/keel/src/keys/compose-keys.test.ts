import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { rotateInCompose } from './compose-keys.ts';

/** A docker with these running services that notes its arguments, and whose container of the secrets prints this. */
async function docker(running: string, printed: string) {
  const folder = await mkdtemp(join(tmpdir(), 'keel-docker-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const log = join(folder, 'log');
  const script = `#!/bin/sh
echo "$*" >>'${log}'
case "$*" in *' ps '*) echo '${running}' ;; *' run '*) echo '${printed}' ;; esac
`;
  await writeFile(join(folder, 'docker'), script);
  await chmod(join(folder, 'docker'), 0o755);
  return {
    place: { root: folder, env: { PATH: `${folder}:/usr/bin:/bin` } },
    calls: async () => (await readFile(log, 'utf8')).trim().split('\n'),
  };
}

it('carries out a step in the container that has all secrets, and starts no other', async () => {
  const status = { active: 'first', next: { kid: 'next', publishedAt: 1 }, earlier: [] };
  const { place, calls } = await docker('issuer', JSON.stringify(status));
  expect(await rotateInCompose('publish', place)).toEqual(status);
  expect((await calls()).at(-1)).toBe(
    'compose --file docker-compose.dev.yml run --rm --no-deps --no-TTY secrets /secrets publish',
  );
});

it.each([
  ['nothing runs', '', '', /not running in Compose/],
  ['its image is too old', 'issuer', '', /cannot rotate[^]*fix: docker compose .* build secrets/],
])('says what to do when %s', async (_when, running, printed, message) => {
  const { place } = await docker(running, printed);
  await expect(rotateInCompose('publish', place)).rejects.toThrow(message);
});
