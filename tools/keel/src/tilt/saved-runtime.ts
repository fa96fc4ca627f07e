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

/** Saves what was chosen, which Tilt itself never does. What is undefined stays as it was. */
export async function saveChoice(root: string, chosen: { runtime?: string; observability?: boolean }): Promise<void> {
  const settings = await readSettings(root);
  const changed = Object.entries(chosen).filter(([key, value]) => value !== undefined && settings[key] !== value);
  if (changed.length === 0) return;
  await writeFile(fileOf(root), `${JSON.stringify({ ...settings, ...Object.fromEntries(changed) }, null, 2)}\n`);
}
