import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@evenkeel/stack';
import { expect, it, onTestFinished } from 'vitest';
import { rollOut } from './roll-out.ts';

const step = (...services: string[]) => ({ services, reason: '' });
const plan = { waves: [{ steps: [step('accounts')] }, { steps: [step('web', 'mail')] }] } as unknown as Plan;

/** A kubectl that notes its arguments, and fails when they match. */
async function kubectl(failing: string) {
  const folder = await mkdtemp(join(tmpdir(), 'keel-kubectl-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const log = join(folder, 'log');
  const script = `#!/bin/sh\necho "$*" >>'${log}'\ncase "$*" in ${failing}) echo 'exceeded its deadline' >&2; exit 1 ;; esac\n`;
  await writeFile(join(folder, 'kubectl'), script);
  await chmod(join(folder, 'kubectl'), 0o755);
  return {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    calls: async () => (await readFile(log, 'utf8')).trim().split('\n'),
  };
}

it('rolls services out wave by wave, each in the namespace of the cluster', async () => {
  const { env, calls } = await kubectl('none');
  const ready: string[] = [];
  const outcome = await rollOut(plan, { context: 'kind-x', namespace: 'dev' }, 60_000, env, (name) => ready.push(name));
  expect(outcome).toMatchObject({ ok: true, untouched: [] });
  expect(ready.sort()).toEqual(['accounts', 'mail', 'web']);
  const of = (service: string) => [
    `--context kind-x --namespace dev rollout restart deployment/${service}`,
    `--context kind-x --namespace dev rollout status deployment/${service} --timeout=60s`,
  ];
  const seen = await calls();
  expect(seen.slice(0, 2)).toEqual(of('accounts'));
  expect(seen.slice(2).sort()).toEqual([...of('web'), ...of('mail')].sort());
});

it('stops where the new pods of a service do not become ready', async () => {
  const { env } = await kubectl('*status*accounts*');
  const outcome = await rollOut(plan, { context: 'kind-x', namespace: 'dev' }, 60_000, env, () => {});
  expect(outcome).toMatchObject({ ok: false, done: [], untouched: ['web', 'mail'] });
  expect(outcome.failed[0]).toMatchObject({ service: 'accounts' });
});
