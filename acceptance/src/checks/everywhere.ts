import { describeResponse, jsonOf, type ApiResponse } from '../http/response.ts';
import { CheckFailed } from '../check-failed.ts';
import { check, type Group } from '../runner/check.ts';
import { unreadableShape, problemShape } from '../shapes.ts';
import type { World } from '../world.ts';

/** What must hold for every response of the other checks. These come last. */
export const everywhere: Group = {
  title: 'Every response of this run',
  checks: [
    check('no request made the stack fail (no 5xx)', (world) =>
      all(world, 'a status below 500', ({ status }) => status < 500),
    ),
    check('every refusal is problem+json with a code and a trace_id', (world) =>
      all(world, 'application/problem+json with status, code and trace_id', isProblem),
    ),
    check('every response forbids guessing its type (nosniff)', (world) =>
      all(
        world,
        'X-Content-Type-Options: nosniff',
        (response) => isUnread(response) || response.headers['x-content-type-options'] === 'nosniff',
      ),
    ),
    check('no response may be framed, or run anything', (world) =>
      all(world, "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'", (response) => {
        const policy = response.headers['content-security-policy'] ?? '';
        if (isUnread(response)) return true;
        return policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'");
      }),
    ),
    check('no response names the software behind it', (world) =>
      all(world, 'neither X-Powered-By nor Server', ({ headers }) => !headers['x-powered-by'] && !headers['server']),
    ),
  ],
};

async function all({ seen }: World, expected: string, holds: (response: ApiResponse) => boolean): Promise<string> {
  const wrong = seen.filter((response) => !holds(response));
  const shown = wrong
    .slice(0, 5)
    .map((response) => `${response.request} → ${headersOf(response)}${describeResponse(response)}`);
  const more = wrong.length > shown.length ? [`and ${String(wrong.length - shown.length)} more`] : [];
  if (wrong.length > 0) throw new CheckFailed('every response', expected, [...shown, ...more].join('\n'));
  return `${String(seen.length)} responses`;
}

function isProblem(response: ApiResponse): boolean {
  if (response.status < 400 || response.method === 'HEAD') return true;
  const shape = isUnread(response) ? unreadableShape : problemShape;
  const type = response.headers['content-type'] ?? '';
  return type.startsWith('application/problem+json') && shape.safeParse(jsonOf(response)).success;
}

/** Headers that are too large are refused before there is a request that the gateway's configuration could apply to. */
function isUnread({ status }: ApiResponse): boolean {
  return status === 431;
}

function headersOf({ headers }: ApiResponse): string {
  return `(${Object.keys(headers).join(', ')}) `;
}
