import type { Service } from '@evenkeel/stack';

/** How each service is: `ok`, or what is wrong with it in a few words. */
export type Verdicts = Readonly<Record<string, string>>;

const ANSWER_MS = 3_000;

/** Asks every service for its `/healthz`, all at once. */
export async function askHealth(services: readonly Service[], get = fetch): Promise<Verdicts> {
  const asked = services.map(async ({ name, adminPort }) => {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await get(`http://127.0.0.1:${adminPort}/healthz`, { signal });
      return [name, describe((await response.json()) as HealthReport)] as const;
    } catch {
      return [name, `no response from port ${adminPort}`] as const;
    }
  });
  return Object.fromEntries(await Promise.all(asked));
}

/** What is different from before, one line for each service. A service that is well at first is not worth a line. */
export function changes(before: Verdicts, now: Verdicts): string[] {
  return Object.entries(now)
    .filter(([name, verdict]) => verdict !== (before[name] ?? 'ok'))
    .map(([name, verdict]) => `${name}: ${verdict}`);
}

/** The part of the body of `/healthz` that is looked at here. */
interface HealthReport {
  status: string;
  checks: Record<string, { status: string; error?: string }>;
  config?: { error?: string };
}

function describe({ status, checks, config }: HealthReport): string {
  if (status === 'ok') return 'ok';
  const failed = Object.entries(checks).filter(([, check]) => check.status !== 'ok');
  const reasons = failed.map(([name, { error }]) => `${name} failed (${error ?? 'no reason given'})`);
  if (config?.error !== undefined) reasons.push(`the configuration was rejected (${config.error})`);
  return `${status}: ${reasons.join(', ')}`;
}
