import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../src/engine/run.ts';
import { root, type CopiedStack } from '../src/compose/copied-stack.ts';

/** Runs the acceptance suite against a stack, as `npm run acceptance` does. */
export async function passesAcceptance({ folder, project, baseUrl }: CopiedStack): Promise<void> {
  const file = join(folder, 'admin_password');
  writeFileSync(file, await project.read('user-service', '/run/secrets/admin_password'));
  const admin = { ACCEPTANCE_ADMIN_EMAIL: 'admin@evenkeel.local', ACCEPTANCE_ADMIN_PASSWORD_FILE: file };
  const program = join(root, 'acceptance', 'src', 'main.ts');
  const { stdout } = await run(process.execPath, [program, '--base-url', baseUrl], {
    env: { ...process.env, ...admin },
  });
  expect(stdout).toMatch(/[1-9]\d* passed, 0 failed/);
}
