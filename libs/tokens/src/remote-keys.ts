import type { KeyObject } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import { observeClientRequests, type BeginRequest } from '@evenkeel/telemetry';
import { request, type Dispatcher } from 'undici';
import { parseJwks, type PublicKeys } from './jwks.ts';
import type { KeySource } from './verifier.ts';

export interface RemoteKeysOptions {
  /** The JWKS document of the issuer. It comes from the configuration, never from a token. */
  url: string | URL;
  dispatcher?: Dispatcher;
  /** Called for each fetch that failed; the last good set stays in use for an hour. */
  onFailure?: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

const FETCH_LIMIT_MS = 1_500;
const MAX_DOCUMENT_BYTES = 100_000;
/** How old a set may get before it is fetched again, in the background. A key that was withdrawn lives this long. */
const MAX_AGE_MS = 60_000;
/**
 * How old a set may get while the issuer cannot be reached: an outage signs no user out, and an attacker who can keep a
 * verifier from the issuer does not keep a withdrawn key alive.
 */
const MAX_STALE_MS = 3_600_000;
/** Tokens with invented key ids must not become a flood of fetches. A key that is found does not count: it was not invented. */
const UNKNOWN_KEY_COOL_DOWN_MS = 5_000;
/** While there is no set that may be used. */
const FIRST_SET_COOL_DOWN_MS = 200;

/**
 * The public keys of another service, fetched when they are first needed and kept. A key that is not among them is looked
 * for once more, with a cool-down. Throws `unavailable` while there is no set, or none of the last hour.
 */
export function createRemoteKeys(options: RemoteKeysOptions): KeySource {
  const { now = Date.now, onFailure = () => undefined } = options;
  const url = new URL(options.url);
  const begin = observeClientRequests(url);
  let kept: { keys: PublicKeys; fetchedAt: number } | undefined;
  let fetching: Promise<void> | undefined;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;

  async function refresh(): Promise<void> {
    attemptedAt = now();
    try {
      const keys = parseJwks(await fetchDocument(url, begin, options.dispatcher));
      kept = { keys, fetchedAt: now() };
      failure = undefined;
    } catch (error) {
      failure = error;
      onFailure(error);
    }
  }

  /** Fetches, once for all concurrent callers, unless `last` was within the last `coolDown` milliseconds. */
  async function refreshUnlessWithin(coolDown: number, last = attemptedAt): Promise<void> {
    if (fetching === undefined && now() - last < coolDown) return;
    fetching ??= refresh().finally(() => (fetching = undefined));
    await fetching;
  }

  function usable(): PublicKeys | undefined {
    return kept !== undefined && now() - kept.fetchedAt < MAX_STALE_MS ? kept.keys : undefined;
  }

  return {
    present(kid) {
      if (now() - attemptedAt >= MAX_AGE_MS) void refreshUnlessWithin(MAX_AGE_MS);
      return usable()?.get(kid);
    },
    async find(kid): Promise<KeyObject | undefined> {
      if (usable() === undefined) await refreshUnlessWithin(FIRST_SET_COOL_DOWN_MS);
      const keys = usable();
      if (keys === undefined) {
        throw new AppError('unavailable', 'Tokens cannot be verified at the moment. Retry shortly.', {
          cause: failure,
          headers: { 'retry-after': '1' },
        });
      }
      const known = keys.get(kid);
      if (known === undefined) {
        await refreshUnlessWithin(UNKNOWN_KEY_COOL_DOWN_MS, missedAt);
        const found = usable()?.get(kid);
        if (found === undefined && now() - missedAt >= UNKNOWN_KEY_COOL_DOWN_MS) missedAt = now();
        return found;
      }
      void refreshUnlessWithin(MAX_AGE_MS);
      return known;
    },
  };
}

async function fetchDocument(url: URL, begin: BeginRequest, dispatcher: Dispatcher | undefined): Promise<unknown> {
  const observed = begin('GET', url.pathname);
  const { status, text } = await fetchText(url, observed.headers, dispatcher).catch((error: unknown) => {
    observed.end(error as Error);
    throw error;
  });
  observed.end(status);
  if (status !== 200) throw new Error(`the key set was answered with ${String(status)}`);
  return JSON.parse(text);
}

async function fetchText(url: URL, headers: Readonly<Record<string, string>>, dispatcher: Dispatcher | undefined) {
  const { statusCode: status, body } = await request(url, {
    headers: { ...headers, accept: 'application/json' },
    signal: AbortSignal.timeout(FETCH_LIMIT_MS),
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_DOCUMENT_BYTES) throw new Error('the key set is too large');
    chunks.push(chunk);
  }
  return { status, text: Buffer.concat(chunks).toString('utf8') };
}
