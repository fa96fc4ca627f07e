import { join } from 'node:path';
import { ADMIN_EMAIL } from '@evenkeel/stack';
import { root } from './compose/copied-stack.ts';
import { run } from './engine/run.ts';

/** Asks a stack for all that its API promises, as `npm run acceptance` does. Throws with what it does not keep. */
export async function passesAcceptance(baseUrl: string, adminPassword: string): Promise<void> {
  const admin = { ACCEPTANCE_ADMIN_EMAIL: ADMIN_EMAIL, ACCEPTANCE_ADMIN_PASSWORD: adminPassword.trim() };
  const program = join(root, 'acceptance', 'src', 'main.ts');
  // eslint-disable-next-line no-restricted-properties -- what a program inherits
  const env = { ...process.env, ...admin };
  const { stdout } = await run(process.execPath, [program, '--base-url', baseUrl], { env });
  if (!/[1-9]\d* passed, 0 failed/.test(stdout)) throw new Error(stdout);
}
