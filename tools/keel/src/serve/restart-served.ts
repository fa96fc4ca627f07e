import { runPlan, type Plan } from '@evenkeel/stack';
import { askRestart } from '../control/control-client.ts';
import type { RestartOutcome } from '../control/control-server.ts';
import { KeelError } from '../failure.ts';
import { findPart } from './served-part.ts';

const RESTART_MS = 60_000;

/**
 * Carries out a plan on services that are served one by one, each of which restarts in place.
 *
 * @throws KeelError when one of them is not served
 */
export async function restartServed(
  stateDir: string,
  plan: Plan,
  reason: string,
  onReady: (service: string, ms: number) => void,
): Promise<RestartOutcome> {
  const names = plan.waves.flatMap(({ steps }) => steps.flatMap(({ services }) => services));
  const found = await Promise.all(names.map(async (name) => [name, await findPart(stateDir, name)] as const));
  const missing = found.filter(([, part]) => part === undefined).map(([name]) => name);
  if (missing.length === names.length) throw new KeelError('No stack is running in this clone', { fix: './keel up' });
  if (missing.length > 0) throw new KeelError(`Not running: ${missing.join(', ')}`, { fix: 'start them under Tilt' });
  const sockets = new Map(found.map(([name, part]) => [name, part?.socket ?? '']));
  const { failed, ...outcome } = await runPlan(plan, {
    timeoutMs: RESTART_MS,
    restart: async (name) => {
      const result = await askRestart(sockets.get(name) ?? '', { services: [name], reason }, () => {});
      for (const { message } of result.failed) throw new Error(message);
    },
    // The restart has settled only when the new code is ready.
    ready: () => Promise.resolve(),
    onEvent: (event) => {
      if (event.type === 'ready') onReady(event.service, event.ms);
    },
  });
  return { ...outcome, failed: failed.map(({ service, error }) => ({ service, message: error.message })) };
}
