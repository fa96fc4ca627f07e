import { readFileSync, writeFileSync } from 'node:fs';
import { accept } from './acceptance.ts';
import { readArguments, usage, UsageError } from './arguments.ts';
import { CheckFailed } from './check-failed.ts';
import { formatTally, tally } from './runner/print.ts';
import type { AdminAccount } from './world.ts';

/** Returns the exit code. */
async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { baseUrl, json } = readArguments(args);
  const interrupted = new AbortController();
  // Once each: keel forwards a Ctrl-C as SIGTERM, and the next one stops this process at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());
  console.log(`Checking the API at ${baseUrl.origin}`);
  const results = await accept({
    baseUrl,
    admin: adminOf(env),
    print: (lines) => console.log(lines),
    signal: interrupted.signal,
  });
  const counts = tally(results);
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ base_url: baseUrl.origin, ...counts, results }, null, 2)}\n`);
  console.log(`\n${formatTally(counts)}`);
  return counts.failed > 0 || interrupted.signal.aborted ? 1 : 0;
}

function adminOf(env: NodeJS.ProcessEnv): AdminAccount | undefined {
  const { ACCEPTANCE_ADMIN_EMAIL: email, ACCEPTANCE_ADMIN_PASSWORD_FILE: file } = env;
  const password = env['ACCEPTANCE_ADMIN_PASSWORD'] ?? (file ? readFileSync(file, 'utf8').trimEnd() : undefined);
  return email && password ? { email, password } : undefined;
}

process.exitCode = await main(process.argv.slice(2), process.env).catch((error: unknown) => {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (!(error instanceof CheckFailed)) throw error;
  console.error(`No stack is running there: ${error.message}.\nStart one with npm start, then run this again.`);
  return 1;
});
