import { get } from 'node:http';

/** The part of `/healthz` that a reload changes. */
export interface ConfigHealth {
  version: string;
  loaded_at: string;
  error?: string;
  refused_at?: string;
  restart_required?: string[];
}

const LIMIT_MS = 2_000;
const MAX_BYTES = 1024 * 1024;

/**
 * Asks a service for the state of its configuration; undefined when nothing that looks like one of ours responds. A
 * degraded one (503) counts as well. Each request has a connection of its own: a kept one could lead to a predecessor.
 */
export function configHealth(url: URL): Promise<ConfigHealth | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(LIMIT_MS) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > MAX_BYTES) response.destroy();
      });
      response.on('close', () => resolve([200, 503].includes(response.statusCode ?? 0) ? configOf(text) : undefined));
      response.on('error', () => undefined);
    });
    request.on('error', () => resolve(undefined));
  });
}

function configOf(text: string): ConfigHealth | undefined {
  try {
    const { config } = JSON.parse(text) as { config?: ConfigHealth };
    return typeof config?.loaded_at === 'string' ? config : undefined;
  } catch {
    return undefined;
  }
}
