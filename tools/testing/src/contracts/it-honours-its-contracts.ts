import { beforeAll, expect, it } from 'vitest';
import { PACTS, readPactsOf, type PactFile } from './pact-file.ts';
import { serveProvider, type ProviderFront, type ProviderUnderTest } from './provider-front.ts';
import { providerStates, type ProviderName, type StateOf } from './provider-states.ts';
import { verifyPact, type Breach } from './verify-pact.ts';
import { whyNoPact } from './why-no-pact.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The contract that a test verifies. */
    contract?: { consumer: string; provider: string };
  }
}

export interface ProviderContracts<P extends ProviderName> {
  provider: P;
  /** The environment of the test process; CONTRACTS is a folder with the contracts of another commit. */
  env: NodeJS.ProcessEnv;
  boot(): Promise<ProviderUnderTest<StateOf<P>>>;
}

/** Tests that a provider still does what its consumers rely on: one test a consumer. */
export async function itHonoursItsContracts<P extends ProviderName>({
  provider,
  env,
  boot,
}: ProviderContracts<P>): Promise<void> {
  const { CONTRACTS: folder } = env;
  const missing = await whyNoPact();
  const pacts = readPactsOf(provider, folder ?? PACTS);
  let service: ProviderUnderTest<StateOf<P>>;
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
    if (breaches.length > 0) throw new Error(describeBreaches(pact, breaches, front.failures));
  });

  // Contracts of another commit may name states that are no longer used, and have no consumers that are new since.
  it.skipIf(folder !== undefined)(
    `${provider} has a handler for each state that its consumers use, and no other`,
    ({ skip }) => {
      if (missing !== undefined) skip(missing);
      const used = new Set(
        pacts.flatMap(({ interactions }) =>
          interactions.flatMap((each) => each.providerStates.map(({ name }) => name)),
        ),
      );
      expect([...used].sort()).toEqual(providerStates[provider].toSorted());
      expect(Object.keys(service.states).sort()).toEqual(providerStates[provider].toSorted());
    },
  );
}

function describeBreaches(
  { consumer, provider }: PactFile,
  breaches: readonly Breach[],
  failures: readonly string[],
): string {
  const lines = breaches.flatMap(({ interaction, request, details }) => [
    `  "${interaction}" (${request})`,
    ...details.map((detail) => `    ${detail}`),
  ]);
  const advice =
    failures.length > 0
      ? `A state handler failed: ${failures.join('; ')}`
      : `Until ${consumer} no longer relies on it, ${provider} must keep it: docs/guides/contracts.md has the steps.`;
  return [`${provider} breaks its contract with ${consumer}:`, ...lines, advice].join('\n');
}
