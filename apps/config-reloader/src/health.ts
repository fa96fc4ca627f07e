import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { get } from './http.ts';

/** The part of `/healthz` that a reload changes (libs/config). */
export interface ConfigHealth {
  version: string;
  loaded_at: string;
  error?: string;
  refused_at?: string;
  restart_required?: string[];
}

const LIMIT_MS = 2_000;

/**
 * The state of a service's configuration; undefined when nothing that looks like one of ours responds. A degraded service
 * (503) counts. Each request has a connection of its own: a kept one might lead to a process that is being replaced.
 */
export async function configHealth(url: string): Promise<ConfigHealth | undefined> {
  const request = get(url, { agent: false, signal: AbortSignal.timeout(LIMIT_MS) }).on('error', () => undefined);
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const { config } = JSON.parse(await text(response)) as { config?: ConfigHealth };
    const responds = response.statusCode === 200 || response.statusCode === 503;
    return responds && typeof config?.loaded_at === 'string' ? config : undefined;
  } catch {
    return undefined;
  }
}
