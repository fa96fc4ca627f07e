import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KeelError } from './failure.ts';

/** A clone, and where its local state lives. */
export interface Workspace {
  readonly root: string;
  /** `.keel` at the root, or KEEL_STATE_DIR. */
  readonly stateDir: string;
  /** The folder of generated secrets, closed to others. */
  readonly secretsDir: string;
  readonly logsDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the command was typed: paths in it are relative to this. */
  readonly cwd: string;
  /** PORT_OFFSET; 0 when it is not set. */
  readonly portOffset: number;
}

/** Reads what the environment says about this clone. Nothing is made yet. */
export function openWorkspace(root: string, env: NodeJS.ProcessEnv, cwd = root): Workspace {
  const stateDir = resolve(root, env['KEEL_STATE_DIR'] || '.keel');
  return {
    root,
    stateDir,
    secretsDir: join(stateDir, 'secrets'),
    logsDir: join(stateDir, 'logs'),
    env,
    cwd,
    portOffset: portOffset(env['PORT_OFFSET']),
  };
}

function portOffset(text = ''): number {
  if (/^ *[+-]?\d* *$/.test(text)) return Number(text);
  throw new KeelError(`PORT_OFFSET must be a whole number, not ${JSON.stringify(text)}`, {
    fix: 'PORT_OFFSET=100 ./keel up',
    exitCode: 2,
  });
}

/** Makes the folders of the local state. Others may pass through them (PostgreSQL's user under root), not look. */
export async function makeStateFolders({ stateDir, secretsDir, logsDir }: Workspace): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await Promise.all([secretsDir, logsDir].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
}
