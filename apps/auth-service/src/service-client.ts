import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from '@evenkeel/contracts';

/** What each service may ask a token for: no more than it calls. */
const scopesOf: Readonly<Record<string, readonly Scope[]>> = {
  'user-service': ['sessions:end', 'credentials:confirm'],
};

/** Whether the service may have a token with this scope. */
export function mayHave(client: string, scope: Scope): boolean {
  return Object.hasOwn(scopesOf, client) && scopesOf[client]?.includes(scope) === true;
}

/** Whether the secret is the client's. The time it takes tells nothing, not even whether there is such a client. */
export function isClientSecret(clients: Readonly<Record<string, string>>, client: string, secret: string): boolean {
  const known = Object.hasOwn(clients, client) ? clients[client] : undefined;
  const equal = timingSafeEqual(sha256(secret), sha256(known ?? ''));
  return equal && known !== undefined;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
