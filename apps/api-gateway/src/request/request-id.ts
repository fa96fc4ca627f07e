import { randomUUID } from 'node:crypto';

/** What other systems use for ids: UUIDs, ULIDs, hexadecimal or base64url text. Nothing that could harm a log. */
const plausible = /^[\w.-]{8,128}$/;

/** The id under which a request is found in the logs of all services: the client's own, when it looks like one. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && plausible.test(given) ? given : randomUUID();
}
