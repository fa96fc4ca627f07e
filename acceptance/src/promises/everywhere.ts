import { describeAnswer, jsonOf, type Answer } from '../http/answer.ts';
import { BrokenPromise } from '../broken-promise.ts';
import { check, type Group } from '../runner/check.ts';
import { unreadableShape, problemShape } from '../shapes.ts';
import type { World } from '../world.ts';

/** What must hold for whatever the others have asked. These come last. */
export const everywhere: Group = {
  title: 'In every answer of this run',
  checks: [
    check('nothing that was asked made the stack fail (no 5xx)', (world) =>
      all(world, 'a status below 500', ({ status }) => status < 500),
    ),
    check('every refusal is problem+json with a code and a trace_id', (world) =>
      all(world, 'application/problem+json with status, code and trace_id', isProblem),
    ),
    check('every answer says that its type must not be guessed', (world) =>
      all(
        world,
        'X-Content-Type-Options: nosniff',
        (answer) => isUnread(answer) || answer.headers['x-content-type-options'] === 'nosniff',
      ),
    ),
    check('no answer may be framed, or run anything', (world) =>
      all(world, "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'", (answer) => {
        const policy = answer.headers['content-security-policy'] ?? '';
        if (isUnread(answer)) return true;
        return policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'");
      }),
    ),
    check('no answer tells which software gave it', (world) =>
      all(world, 'neither X-Powered-By nor Server', ({ headers }) => !headers['x-powered-by'] && !headers['server']),
    ),
  ],
};

async function all({ seen }: World, expected: string, holds: (answer: Answer) => boolean): Promise<string> {
  const wrong = seen.filter((answer) => !holds(answer));
  const shown = wrong.slice(0, 5).map((answer) => `${answer.asked} → ${headersOf(answer)}${describeAnswer(answer)}`);
  const more = wrong.length > shown.length ? [`and ${String(wrong.length - shown.length)} more`] : [];
  if (wrong.length > 0) throw new BrokenPromise('every answer', expected, [...shown, ...more].join('\n'));
  return `${String(seen.length)} answers`;
}

function isProblem(answer: Answer): boolean {
  if (answer.status < 400 || answer.method === 'HEAD') return true;
  const shape = isUnread(answer) ? unreadableShape : problemShape;
  const type = answer.headers['content-type'] ?? '';
  return type.startsWith('application/problem+json') && shape.safeParse(jsonOf(answer)).success;
}

/** Headers that are too large are refused before there is a request that the gateway's configuration could apply to. */
function isUnread({ status }: Answer): boolean {
  return status === 431;
}

function headersOf({ headers }: Answer): string {
  return `(${Object.keys(headers).join(', ')}) `;
}
