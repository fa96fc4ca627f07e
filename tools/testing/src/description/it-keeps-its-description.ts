import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdToDescription, type DescribedService, type HeldToDescription } from './hold-to-description.ts';

export interface DescriptionTests {
  /** Boots the service, with all that its requests need. */
  boot: () => Promise<DescribedService & { service: AsyncDisposable }>;
  /** How many requests of either kind are sent. */
  requests: number;
  /** The operations that must have succeeded at least once. */
  succeeding: readonly string[];
}

/** Tests that a service does what its description says: the same two tests for each of them. */
export function itKeepsItsDescription({ boot, requests, succeeding }: DescriptionTests): void {
  let service: AsyncDisposable;
  let held: HeldToDescription;
  beforeAll(async () => {
    const described = await boot();
    service = described.service;
    held = holdToDescription(described);
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('responds to all that its description allows as it documents', async () => {
    expect(await held.sendAllowed(requests)).toEqual(succeeding);
  });

  it('lets nothing through that its description forbids', async () => {
    await held.sendForbidden(requests);
  });
}
