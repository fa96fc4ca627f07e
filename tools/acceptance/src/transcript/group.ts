import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BrokenPromise, check, Skip, type Group } from '../runner/check.ts';
import type { World } from '../world.ts';
import { typeInto, type Shown } from './shell.ts';
import { looksLike, stepsOf, type Step } from './steps.ts';

/** Where the documentation says that the gateway answers, and who speaks with it. */
const DOCUMENTED_URL = 'http://127.0.0.1:8080';
const DOCUMENTED_EMAIL = 'ada@example.com';

/** One check for each command of a document: run as it stands there, it must show what stands there. */
export function transcriptGroup(file: string, baseUrl: URL): Group {
  const steps = stepsOf(readFileSync(file, 'utf8'));
  let conversation: Promise<{ email: string; shown: Shown[] }> | undefined;
  const checks = steps.map((step, index) =>
    check(`$ ${step.command.replace(/\s*\\\n\s*/g, ' ').slice(0, 100)}`, async (world) => {
      const { email, shown } = await (conversation ??= converse(steps, world, baseUrl));
      compare(step, `${file}:${String(step.line)}`, shown[index], email);
    }),
  );
  return { title: `What ${basename(file)} shows`, checks };
}

async function converse(
  steps: readonly Step[],
  world: World,
  baseUrl: URL,
): Promise<{ email: string; shown: Shown[] }> {
  const email = world.people.email();
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-transcript-'));
  const commands = steps.map(({ command }) =>
    command.replaceAll(DOCUMENTED_URL, baseUrl.origin).replaceAll(DOCUMENTED_EMAIL, email),
  );
  try {
    return { email, shown: await typeInto(commands, folder) };
  } catch (error) {
    throw new Skip(`needs bash and curl: ${String(error)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare({ output }: Step, place: string, shown: Shown | undefined, email: string): void {
  if (shown === undefined) throw new BrokenPromise(place, 'the shell to get here', 'that it ended before');
  const said = shown.output.replaceAll(email, DOCUMENTED_EMAIL);
  if (!looksLike(said, output)) throw new BrokenPromise(place, output || 'nothing', said || 'nothing');
  if (shown.status !== 0) throw new BrokenPromise(place, 'exit status 0', String(shown.status));
}
