import { parseArgs } from 'node:util';

export interface Arguments {
  baseUrl: URL;
  /** Where the results also go as JSON. */
  json?: string;
}

export const usage = `Usage: npm run acceptance -- --base-url URL [--json FILE]

  --base-url URL  the gateway of a running stack, for instance http://127.0.0.1:8080
  --json FILE     also writes the results there

  ACCEPTANCE_ADMIN_EMAIL and ACCEPTANCE_ADMIN_PASSWORD (or ACCEPTANCE_ADMIN_PASSWORD_FILE) name an administrator,
  without which some checks are skipped.

Exit code: 0 all checks passed, 1 one failed, 2 wrong usage.`;

/** Wrong usage; the message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command line's arguments. Throws UsageError. */
export function readArguments(args: readonly string[]): Arguments {
  const { 'base-url': baseUrl, json } = parse(args);
  if (baseUrl === undefined) throw new UsageError('--base-url is missing.');
  const url = URL.parse(baseUrl);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`--base-url is not an http or https URL: ${JSON.stringify(baseUrl)}.`);
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new UsageError(`--base-url is a host and a port, without a path: ${url.origin}.`);
  }
  return { baseUrl: url, ...(json === undefined ? {} : { json }) };
}

function parse(args: readonly string[]): { 'base-url'?: string; json?: string } {
  const options = {
    'base-url': { type: 'string' },
    json: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
