import type { ConfigState } from '@evenkeel/config';
import type { ServiceProcess } from '@evenkeel/testing';
import { expect } from 'vitest';

/** Has the gateway read its configuration again. Resolves to the state when the signal was handled. */
export async function reload({ child, admin }: ServiceProcess): Promise<ConfigState> {
  const before = await configuration(admin);
  let now = before;
  child.kill('SIGHUP');
  const isHandled = async () => {
    now = await configuration(admin);
    return now.loaded_at !== before.loaded_at || now.refused_at !== before.refused_at;
  };
  await expect.poll(isHandled, { interval: 5 }).toBe(true);
  return now;
}

async function configuration(admin: string): Promise<ConfigState> {
  return ((await (await fetch(`${admin}/healthz`)).json()) as { config: ConfigState }).config;
}
