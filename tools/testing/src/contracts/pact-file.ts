import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

/** Where consumers' tests write contracts and providers' tests read them; the files are committed. */
export const PACTS = join(import.meta.dirname, '..', '..', '..', '..', 'pacts');

const interactionSchema = z.looseObject({
  description: z.string(),
  providerStates: z.array(z.looseObject({ name: z.string() })).default([]),
  request: z.looseObject({ method: z.string(), path: z.string() }),
  response: z.looseObject({
    status: z.int(),
    headers: z.record(z.string(), z.unknown()).optional(),
    body: z.looseObject({ content: z.unknown() }).optional(),
  }),
});

export type Interaction = z.output<typeof interactionSchema>;

const pactSchema = z.looseObject({
  consumer: z.object({ name: z.string() }),
  provider: z.object({ name: z.string() }),
  interactions: z.array(interactionSchema),
});

/** A contract: what a consumer relies on in a provider's responses (the Pact Specification, version 4). */
export interface PactFile {
  path: string;
  consumer: string;
  provider: string;
  interactions: Interaction[];
}

export function pactPath(consumer: string, provider: string, folder = PACTS): string {
  return join(folder, `${consumer}-${provider}.json`);
}

function readPact(path: string): PactFile {
  const { consumer, provider, interactions } = pactSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return { path, consumer: consumer.name, provider: provider.name, interactions };
}

/** All contracts in a folder, by the names of their files. */
export function readPacts(folder = PACTS): PactFile[] {
  const names = globSync('*.json', { cwd: folder }).sort();
  return names.map((name) => readPact(join(folder, name)));
}

/**
 * A contract as it is committed: the same text for the same interactions, whatever order they ran in and whichever
 * version of Pact wrote them.
 */
export function canonicalText(written: string): string {
  const { metadata: _, interactions, ...pact } = pactSchema.parse(JSON.parse(written));
  const keyOf = ({ description, providerStates }: Interaction) => `${description}\n${JSON.stringify(providerStates)}`;
  const sorted = interactions.map(withoutContentType).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const metadata = { pactSpecification: { version: '4.0' } };
  return `${JSON.stringify(sortKeys({ ...pact, interactions: sorted, metadata }), undefined, 2)}\n`;
}

/** Pact adds it wherever a body is expected. Clients parse the body, whatever kind of JSON it is said to be. */
function withoutContentType({ response, ...interaction }: Interaction): Interaction {
  const { 'Content-Type': _, ...headers } = response.headers ?? {};
  const { headers: __, ...rest } = response;
  return { ...interaction, response: { ...rest, ...(Object.keys(headers).length === 0 ? {} : { headers }) } };
}

/** In one step: a provider's test that reads it meanwhile sees the old contract or the new one. */
export function writePact(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const whole = join(dirname(path), `.${basename(path)}.${String(process.pid)}`);
  writeFileSync(whole, text);
  renameSync(whole, path);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, sortKeys(part)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
