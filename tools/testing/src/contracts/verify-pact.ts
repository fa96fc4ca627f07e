import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { PactFile } from './pact-file.ts';
import type { ProviderFront } from './provider-front.ts';

const mismatchSchema = z.looseObject({
  type: z.string(),
  mismatch: z.string().default(''),
  path: z.string().optional(),
  key: z.string().optional(),
});

const resultsSchema = z.looseObject({
  interactionResults: z.array(
    z.looseObject({
      description: z.string(),
      result: z.string(),
      mismatch: z
        .looseObject({ mismatches: z.array(mismatchSchema).default([]), message: z.string().optional() })
        .optional(),
    }),
  ),
});

/** What a provider no longer does that an interaction relies on. */
export interface Breach {
  /** The interaction's description. */
  interaction: string;
  /** `POST /internal/users` */
  request: string;
  /** Each with the field, the header or the status. */
  details: string[];
}

const PROGRAM = join(import.meta.dirname, 'verifier', 'main.ts');
/** Long, since a busy machine or a store that stalls is no breach. */
const REQUEST_LIMIT_MS = 60_000;

/** Sends the requests of a contract to its provider and compares the responses. */
export async function verifyPact(pact: PactFile, front: ProviderFront, env: NodeJS.ProcessEnv): Promise<Breach[]> {
  const options = {
    provider: pact.provider,
    providerBaseUrl: front.url,
    providerStatesSetupUrl: front.statesUrl,
    pactUrls: [pact.path],
    timeout: REQUEST_LIMIT_MS,
    logLevel: 'error',
  };
  const child = fork(PROGRAM, [JSON.stringify(options)], {
    env: { ...env, PACT_DO_NOT_TRACK: 'true' },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const received: unknown[] = [];
  child.on('message', (message) => received.push(message));
  const printed = Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
  ]);
  await once(child, 'close');
  const results = parseResults(received[0]);
  if (results === undefined) throw new Error(`Pact could not verify ${pact.path}:\n${(await printed).join('')}`);
  const verified = results.interactionResults.map(({ description }) => description);
  const missed = pact.interactions.filter(({ description }) => !verified.includes(description));
  if (missed.length > 0)
    throw new Error(`Pact did not verify ${missed.map(({ description }) => description).join(', ')}`);
  return results.interactionResults
    .filter(({ result }) => result !== 'OK')
    .map(({ description, mismatch }) => ({
      interaction: description,
      request: requestOf(pact, description),
      details: detailsOf(mismatch),
    }));
}

function parseResults(message: unknown): z.output<typeof resultsSchema> | undefined {
  try {
    return resultsSchema.parse(JSON.parse(String(message)));
  } catch {
    return undefined;
  }
}

function requestOf({ interactions }: PactFile, description: string): string {
  const request = interactions.find((each) => each.description === description)?.request;
  return request === undefined ? '' : `${request.method} ${request.path}`;
}

function detailsOf(
  found: { mismatches: z.output<typeof mismatchSchema>[]; message?: string | undefined } | undefined,
): string[] {
  const details = (found?.mismatches ?? []).flatMap(({ type, mismatch, path = '$', key = '' }) => {
    if (type === 'StatusMismatch') return [`the status: ${mismatch}`];
    if (type === 'HeaderMismatch') return [`the header ${key}: ${mismatch}`];
    const missing = /^Actual map is missing the following keys: (.*)$/.exec(mismatch)?.[1];
    if (missing !== undefined)
      return missing.split(', ').map((name) => `the field ${fieldOf(`${path}.${name}`)} is missing`);
    return [`the field ${fieldOf(path)}: ${mismatch}`];
  });
  return details.length > 0 ? details : [found?.message ?? 'the request failed'];
}

/** `$.items[0].id` is the field `items[0].id` of the body, and `$` the body. */
function fieldOf(path: string): string {
  return path.replace(/^\$\.?/, '') || '(the whole body)';
}

/** What a person reads when a provider's test fails. */
export function describeBreaches({ consumer, provider }: PactFile, breaches: readonly Breach[]): string {
  return [
    `${provider} breaks its contract with ${consumer}:`,
    ...breaches.flatMap(({ interaction, request, details }) => [
      `  "${interaction}" (${request})`,
      ...details.map((detail) => `    ${detail}`),
    ]),
    `${provider} must keep what ${consumer} relies on until ${consumer} has moved: see docs/guides/contracts.md.`,
  ].join('\n');
}
