import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Service, Sidecar } from '@evenkeel/stack';
import { pidFileOf } from '../state/pid-file.ts';
import type { ServiceCommand } from './service-process.ts';

/** The sidecar that sends SIGHUP to services whose configuration has changed. */
export const RELOADER = 'config-reloader';

/** How to run it once for all services: in containers each has its own. */
export function reloaderCommand(
  { metricsPort }: Sidecar,
  services: readonly Service[],
  around: {
    root: string;
    stateDir: string;
    env: NodeJS.ProcessEnv;
    environmentOf: (service: Service) => NodeJS.ProcessEnv;
  },
): ServiceCommand {
  const { root, stateDir, env, environmentOf } = around;
  const each = services.flatMap((service) => [
    `--service=${service.name}`,
    ...sourcesOf(root, service, environmentOf(service)).map((path) => `--watch=${path}`),
    `--pid-file=${pidFileOf(stateDir, service.name)}`,
    `--healthz=http://127.0.0.1:${service.adminPort}/healthz`,
  ]);
  return {
    args: [join(root, 'apps', RELOADER, 'src', 'main.ts'), '--host=127.0.0.1', `--port=${metricsPort}`, ...each],
    env: { ...env, NODE_COMPILE_CACHE: join(stateDir, 'cache', 'compile') },
    cwd: root,
    hasRunner: false,
    patienceMs: 1_000,
  };
}

/** What a service reads its configuration from: `.env`, the files that variables name, and what is beside its sources. */
function sourcesOf(root: string, { name }: Service, env: NodeJS.ProcessEnv): string[] {
  const named = Object.entries(env).filter(([variable]) => variable.endsWith('_FILE') || variable === 'CONFIG_DIR');
  const beside = globSync('*.yaml', { cwd: join(root, 'apps', name) }).filter((file) => file !== 'kustomization.yaml');
  const paths = [...named.map(([, path = '']) => path), ...beside.map((file) => join(root, 'apps', name, file))];
  return [...new Set(paths.filter((path) => path !== ''))];
}
