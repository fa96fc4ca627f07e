import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pact, PactOptions } from '@pact-foundation/pact';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalText, pactPath, writePact } from './pact-file.ts';
import type { ProviderState, StateParameters } from './provider-states.ts';
import { whyNoPact } from './why-no-pact.ts';

export interface ContractOptions {
  consumer: string;
  provider: string;
  /** The environment of the test process; with WRITE_CONTRACTS the file in pacts/ is written, else compared. */
  env: NodeJS.ProcessEnv;
}

/** Begins an interaction, which Pact's own methods complete; with the state that it needs the provider to be in. */
export type BeginInteraction = (
  state?: ProviderState,
  parameters?: StateParameters,
) => ReturnType<Pact['addInteraction']>;

/**
 * Tests of what a consumer relies on in a provider's responses, by its real client against Pact's mock server. Together
 * they are the contract in pacts/, which the provider's tests verify.
 */
export async function describeContract(
  { consumer, provider, env }: ContractOptions,
  defineTests: (interaction: BeginInteraction) => void,
): Promise<void> {
  const missing = await whyNoPact();
  // Its native library reports each run to its makers otherwise.
  env['PACT_DO_NOT_TRACK'] = 'true';
  // A folder of this run's own: Pact adds to a file that exists, and would keep interactions that are no longer made.
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-pact-'));
  const pact =
    missing === undefined ? await createPact({ consumer, provider, dir: folder, logLevel: 'error' }) : undefined;

  describe(`${consumer} and ${provider}`, () => {
    beforeEach((context) => {
      if (missing !== undefined) context.skip(missing);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    defineTests((state, parameters) => {
      if (pact === undefined) throw new Error(missing);
      const interaction = pact.addInteraction();
      return state === undefined ? interaction : interaction.given(state, { ...parameters });
    });

    it('has its contract in pacts/', () => {
      const text = canonicalText(readFileSync(pactPath(consumer, provider, folder), 'utf8'));
      const committed = pactPath(consumer, provider);
      if (env['WRITE_CONTRACTS'] !== undefined) writePact(committed, text);
      const present = existsSync(committed) ? readFileSync(committed, 'utf8') : '';
      const advice = `pacts/${consumer}-${provider}.json differs from what ${consumer} relies on. Write it by ./keel contracts --write, and commit it.`;
      expect(present, advice).toBe(text);
    });
  });
}

/** Loads Pact when it is known that it can be. */
async function createPact(options: PactOptions): Promise<Pact> {
  const { Pact } = await import('@pact-foundation/pact');
  return new Pact(options);
}
