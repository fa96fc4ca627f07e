import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service, Stack } from '@evenkeel/stack';
import { expect, it, onTestFinished } from 'vitest';
import { rotateInCluster } from './cluster-keys.ts';

const root = join(import.meta.dirname, '../../../..');
const service = (name: string, secrets: Service['secrets'], scopes: string[]) => ({ name, secrets, scopes });
const stack = {
  services: [
    service('web', [], []),
    service('issuer', ['signing_keys', 'service_clients'], []),
    service('orders', ['service_client_secret'], ['sessions:end']),
  ],
} as unknown as Stack;

/** A kubectl with these pods that notes its arguments, and what it applied last. */
async function kubectl(pods: string) {
  const folder = await mkdtemp(join(tmpdir(), 'keel-kubectl-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [log, applied] = [join(folder, 'log'), join(folder, 'applied')];
  const script = `#!/bin/sh
echo "$*" >>'${log}'
case "$*" in
  *'get pods'*) printf '${pods}' ;;
  *'get secrets'*) echo '{"items":[]}' ;;
  *apply*) cat >'${applied}' ;;
esac
`;
  await writeFile(join(folder, 'kubectl'), script);
  await chmod(join(folder, 'kubectl'), 0o755);
  return {
    place: { root, stack, target: { context: 'kind-x', namespace: 'dev' }, env: { PATH: `${folder}:/usr/bin:/bin` } },
    calls: async () => (await readFile(log, 'utf8')).trim().split('\n'),
    applied: async () => JSON.parse(await readFile(applied, 'utf8')) as { items: Secret[] },
  };
}

interface Secret {
  metadata: { name: string; namespace: string };
  stringData: Record<string, string>;
}

it('changes the Secrets of the namespace, and then the pods that mount them', async () => {
  const { place, calls, applied } = await kubectl('pod/issuer-1\\npod/orders-1\\n');
  const { next } = await rotateInCluster('publish', place, Date.parse('2026-01-01T00:00:00Z'));
  const texts = (await applied()).items.map(({ stringData }) => stringData['signing_keys.json'] ?? '');
  expect(texts.join()).toContain(`"kid":"${next?.kid}"`);
  const seen = await calls();
  expect(seen[0]).toBe(
    '--context kind-x --namespace dev get pods --selector=app.kubernetes.io/name in (issuer,orders) --output=name',
  );
  expect(seen.at(-1)).toBe(
    '--context kind-x --namespace dev annotate --overwrite pod/issuer-1 pod/orders-1 evenkeel/configured-at=2026-01-01T00:00:00.000Z',
  );
  expect(seen.findIndex((call) => call.includes('annotate'))).toBeGreaterThan(
    seen.findLastIndex((call) => call.includes('apply')),
  );
});

it('makes nothing in a namespace where the stack does not run', async () => {
  const { place, calls } = await kubectl('');
  await expect(rotateInCluster('publish', place, 0)).rejects.toThrow(
    /not running in the cluster\n {2}why: the namespace dev has no pod of issuer,orders/,
  );
  expect(await calls()).toHaveLength(1);
});
