import { identify } from '@evenkeel/local-stores';
import type { Stack } from '@evenkeel/stack';
import type { LocalServices } from '../stack/local-services.ts';
import type { Stores } from '../stack/stores.ts';
import { writeRunState, type ServiceState } from './run-state.ts';

/** Notes down what runs, for other commands and for the next start should this one be killed. */
export async function noteRunState(facts: {
  stateDir: string;
  stack: Stack;
  socket: string;
  services: LocalServices;
  stores: Stores | undefined;
}): Promise<void> {
  const { stateDir, stack, socket, services, stores } = facts;
  const states = await Promise.all(
    stack.services.map(async ({ name, port, adminPort, debugPort }): Promise<[string, ServiceState][]> => {
      const running = services.processes.get(name);
      if (running === undefined) return [];
      const { pid, patienceMs } = running;
      const [url, adminUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`];
      return [[name, { pid, identity: await identify(pid), url, adminUrl, debugPort, patienceMs }]];
    }),
  );
  const stored = [
    ...(stores?.postgres ? [['postgres', stores.postgres] as const] : []),
    ...(stores?.redis ? [['redis', stores.redis] as const] : []),
  ];
  await writeRunState(stateDir, {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    socket,
    services: Object.fromEntries(states.flat()),
    // Without passwords: they stand in the secrets.
    stores: Object.fromEntries(stored.map(([name, { pid, port }]) => [name, { pid, port, url: `127.0.0.1:${port}` }])),
  });
}
