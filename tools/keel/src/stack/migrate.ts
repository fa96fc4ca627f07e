import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KeelError } from '../failure.ts';

/** Runs a service's `migrate.ts`, if it has one, and shows what it said when it fails. */
export async function migrate(root: string, service: string, env: NodeJS.ProcessEnv): Promise<void> {
  const program = join(root, 'apps', service, 'src', 'migrate.ts');
  if (
    !(await access(program).then(
      () => true,
      () => false,
    ))
  )
    return;
  const child = spawn(process.execPath, [program], { env, cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return;
  throw new KeelError(`The migrations of ${service} failed:\n${`${output}${errors}`.trim()}`, {
    fix: `mend the migration in apps/${service}/migrations, then ./keel up (data of an abandoned branch? rm -rf .keel)`,
  });
}
