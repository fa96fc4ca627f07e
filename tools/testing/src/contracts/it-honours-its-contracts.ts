import { beforeAll, expect, it } from 'vitest';
import { readPacts, type PactFile } from './pact-file.ts';
import { serveProvider, type ProviderFront, type ProviderUnderTest } from './provider-front.ts';
import { providerStates } from './provider-states.ts';
import { describeBreaches, verifyPact } from './verify-pact.ts';
import { whyNoPact } from './why-no-pact.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The contract that a test verifies. */
    contract?: { consumer: string; provider: string };
  }
}

export interface ProviderContracts {
  provider: string;
  /** The environment of the test process; CONTRACTS is a folder with the contracts of another commit. */
  env: NodeJS.ProcessEnv;
  boot(): Promise<ProviderUnderTest>;
}

/** Tests that a provider still does what its consumers rely on: one test a consumer. */
export async function itHonoursItsContracts({ provider, env, boot }: ProviderContracts): Promise<void> {
  const { CONTRACTS: folder } = env;
  const missing = await whyNoPact();
  const all = readPacts(folder);
  const pacts = all.filter((pact) => pact.provider === provider);
  let service: ProviderUnderTest;
  let front: ProviderFront;
  beforeAll(async () => {
    if (missing !== undefined) return;
    service = await boot();
    front = await serveProvider(service);
    return async () => {
      await front.close();
      await service[Symbol.asyncDispose]();
    };
  });

  it.for(pacts)(`${provider} honours its contract with $consumer`, async (pact, { skip, task }) => {
    if (missing !== undefined) skip(missing);
    task.meta.contract = { consumer: pact.consumer, provider };
    expect(pact.interactions, `${pact.path} has no interactions`).not.toEqual([]);
    front.failures.length = 0;
    const breaches = await verifyPact(pact, front, env);
    if (breaches.length > 0) throw new Error([describeBreaches(pact, breaches), ...front.failures].join('\n'));
    expect(front.failures, 'errors in the test of the provider').toEqual([]);
  });

  // Contracts of another commit name the states of that commit, and a provider may be newer than they are.
  if (folder !== undefined) {
    if (pacts.length > 0) return;
    it(`${provider} had consumers at that commit`, ({ skip }) => skip('no contract there is with this provider'));
    return;
  }
  it(`${provider} has a handler for each state that its consumers use, and no other`, ({ skip }) => {
    if (missing !== undefined) skip(missing);
    expect(Object.keys(service.states).sort()).toEqual(statesIn(pacts));
    expect(providerStates.toSorted(), 'the states in provider-states.ts and in pacts/').toEqual(statesIn(all));
  });
}

function statesIn(pacts: readonly PactFile[]): string[] {
  const states = pacts.flatMap(({ interactions }) => interactions.flatMap(({ providerStates }) => providerStates));
  return [...new Set(states.map(({ name }) => name))].sort();
}
