import type { ConfigState } from '@evenkeel/config';
import type { ServiceProcess } from '@evenkeel/testing';
import { expect } from 'vitest';

/** Has the gateway read its configuration again. Resolves to the state when the signal was handled. */
export async function reload({ child, admin }: ServiceProcess): Promise<ConfigState> {
  const { loaded_at, refused_at } = await configuration(admin);
  child.kill('SIGHUP');
  const handled = async () => {
    const now = await configuration(admin);
    return now.loaded_at !== loaded_at || now.refused_at !== refused_at;
  };
  await expect.poll(handled, { interval: 5 }).toBe(true);
  return configuration(admin);
}

async function configuration(admin: string): Promise<ConfigState> {
  return ((await (await fetch(`${admin}/healthz`)).json()) as { config: ConfigState }).config;
}
