import { join } from 'node:path';
import { entryServices } from '@evenkeel/stack';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cluster, deploy, hasCluster, kubectl, kubectlIn, needsCluster, stack } from './cluster.ts';
import { reachable } from './connections.ts';
import { others, places, type Place } from './network-places.ts';

needsCluster();
let all: Place[];
beforeAll(async () => {
  if (!hasCluster) return;
  await deploy('dev');
  all = await places();
});
afterAll(async () => {
  if (!hasCluster) return;
  for (const { name } of [...stack.services, ...stack.backing])
    await kubectlIn('dev', 'delete', 'service', `outside-${name}`, '--ignore-not-found');
  await kubectlIn('dev', 'delete', 'pod', 'listener', '--ignore-not-found');
  await kubectl(['delete', 'namespace', 'elsewhere', '--ignore-not-found']);
});

it('lets through what services.yaml allows, and nothing else', async () => {
  await vi.waitFor(async () => expect(await table()).toEqual(expected(isAllowed)), { timeout: 120_000 });
});

it('lets everything through without the policies', async () => {
  await kubectlIn('dev', 'delete', 'networkpolicies', '--all');
  await vi.waitFor(async () => expect(await table()).toEqual(expected(() => true)), { timeout: 120_000 });
});

it('shuts again with the policies', async () => {
  await kubectl(['apply', '--server-side', '--kustomize', join(cluster.folder, 'dev')]);
  await vi.waitFor(async () => expect(await table()).toEqual(expected(isAllowed)), { timeout: 120_000 });
});

/** From each place, the ports of others that it can connect to. */
async function table(): Promise<Record<string, string[]>> {
  const rows = all.map(async (from): Promise<[string, string[]]> => {
    if (from.source === undefined) return [from.name, []];
    const tried = targetsOf(from);
    const open = await reachable(from.source, [...tried.keys()]);
    return [
      from.name,
      [...tried].flatMap(([address, { name, port }]) => (open.has(address) ? [`${name} ${port}`] : [])),
    ];
  });
  return Object.fromEntries(await Promise.all(rows));
}

function expected(allows: (from: Place, to: Place, port: number) => boolean): Record<string, string[]> {
  const row = (from: Place) =>
    [...targetsOf(from).values()].flatMap(({ to, name, port }) => (allows(from, to, port) ? [`${name} ${port}`] : []));
  return Object.fromEntries(all.map((from) => [from.name, from.source === undefined ? [] : row(from)]));
}

/** What is tried from a place, by address. */
function targetsOf(from: Place): Map<string, { to: Place; name: string; port: number }> {
  const isOutside = from.name === others.outside;
  const entries = all
    .filter((to) => to !== from)
    .flatMap((to) =>
      to.listens.flatMap(({ port, fromPods, fromOutside }) => {
        const address = isOutside ? fromOutside : fromPods;
        return address === undefined ? [] : [[address, { to, name: to.name, port }] as const];
      }),
    );
  return new Map(entries);
}

/** By services.yaml: what a service depends on or calls, DNS, and the entrance. Who is not of the stack may send anything. */
function isAllowed(from: Place, to: Place, port: number): boolean {
  const caller = stack.services.find(({ name }) => name === from.name);
  const uses = [...(caller?.dependsOn ?? []), ...(caller?.calls ?? [])];
  const maySend = !from.isPart || uses.includes(to.name) || (caller !== undefined && to.name === others.dns);
  const part = [...stack.services, ...stack.backing].find(({ name }) => name === to.name);
  const mayReceive =
    !to.isPart || (port === part?.port && (uses.includes(to.name) || entryServices(stack).includes(to.name)));
  return maySend && mayReceive;
}
