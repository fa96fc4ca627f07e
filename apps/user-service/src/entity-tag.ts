import { AppError } from '@evenkeel/errors';

/** `*`, or the entity tags of a list (RFC 9110, section 8.8.3), weak ones with their `W/`. */
type EntityTags = '*' | readonly string[];

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
// Each part begins with what the one before cannot end with: with two ways to read a space this would take exponential time.
const LIST = String.raw`[ \t,]*${TAG}[ \t]*(?:,[ \t]*(?:${TAG}[ \t]*)?)*`;

/** What If-Match and If-None-Match take. */
export const entityTags = new RegExp(String.raw`^(?:[ \t]*\*[ \t]*|${LIST})$`);

/**
 * Evaluates If-Match (RFC 9110, section 13.1.1) for a resource that exists: by strong comparison, so a weak tag never
 * matches. Throws `precondition_failed`, and `bad_request` for a field that is no list of entity tags.
 */
export function checkIfMatch(field: string | undefined, current: string): void {
  if (field === undefined) return;
  const tags = parse(field, 'If-Match');
  if (tags === '*' || tags.includes(current)) return;
  throw new AppError('precondition_failed', 'It has changed since this entity tag was returned: read it again.', {
    headers: { etag: current },
  });
}

/** Whether If-None-Match (section 13.1.2) names the present state, by weak comparison: then GET returns 304. */
export function isNotModified(field: string | undefined, current: string): boolean {
  if (field === undefined) return false;
  const tags = parse(field, 'If-None-Match');
  return tags === '*' || tags.some((tag) => tag.replace(/^W\//, '') === current);
}

function parse(field: string, name: string): EntityTags {
  if (!entityTags.test(field)) throw new AppError('bad_request', `${name} takes * or entity tags in double quotes.`);
  if (field.trim() === '*') return '*';
  return field.match(new RegExp(TAG, 'g')) ?? [];
}
