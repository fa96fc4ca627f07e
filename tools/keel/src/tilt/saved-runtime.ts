import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileOf = (root: string) => join(root, 'tilt_config.json');

async function readSettings(root: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(fileOf(root), 'utf8').catch(() => '{}')) as Record<string, unknown>;
}

/** The runtime that `tilt up` uses when none is named. */
export async function savedRuntime(root: string): Promise<unknown> {
  return (await readSettings(root))['runtime'];
}

/** Saves the choice, which Tilt itself never does. */
export async function saveRuntime(root: string, runtime: string): Promise<void> {
  const settings = await readSettings(root);
  if (settings['runtime'] === runtime) return;
  await writeFile(fileOf(root), `${JSON.stringify({ ...settings, runtime }, null, 2)}\n`);
}
