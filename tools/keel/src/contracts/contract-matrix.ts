import type { Interaction, PactFile } from '@evenkeel/testing/pact-file';
import type { VerifiedContract } from '../suites/run-vitest.ts';

/**
 * Who relies on what of whom, and whether the provider's test agreed.
 *
 * @param commit the provider's
 * @param past the commit that the contracts come from, if it is another one
 */
export function contractMatrix(
  pacts: readonly PactFile[],
  verified: readonly VerifiedContract[],
  { commit, past }: { commit: string; past?: string | undefined },
): string {
  const of = past === undefined ? '' : ` of ${past}`;
  const blocks = pacts.map(({ consumer, provider, interactions }) => {
    const found = verified.find((each) => each.consumer === consumer && each.provider === provider);
    const outcome = outcomes[found?.state ?? 'pending'];
    return [`${consumer}${of} relies on ${provider}: ${outcome} ${commit}`, ...table(interactions.map(row))].join(
      '\n  ',
    );
  });
  return blocks.join('\n\n');
}

const outcomes = { passed: 'verified at', failed: 'BROKEN at', skipped: 'not verified at', pending: 'not verified at' };

/** The interaction, the request, and what is relied on in the response. */
function row({ description, request, response }: Interaction): string[] {
  const { status, headers = {}, body } = response;
  const names = [...Object.keys(headers), ...fieldsOf(body?.content)];
  return [description, `${request.method} ${request.path}`, [String(status), names.join(', ')].join(' ').trim()];
}

/** The names of a body's fields. */
function fieldsOf(content: unknown): string[] {
  return typeof content === 'object' && content !== null ? Object.keys(content) : [];
}

function table(rows: readonly string[][]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
