import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from '@evenkeel/contracts';

/** A service that may request service tokens. */
export interface ServiceClient {
  /** Each is accepted: while a secret is rotated, the next one and the last one. */
  secrets: readonly string[];
  /** The scopes it may request: no more than it calls. */
  scopes: readonly Scope[];
}

/** By the name of the service. */
export type ServiceClients = Readonly<Record<string, ServiceClient>>;

/** The client with this name and secret. Compares with every secret of every client: its duration says nothing. */
export function findServiceClient(clients: ServiceClients, name: string, secret: string): ServiceClient | undefined {
  const presented = sha256(secret);
  let found: ServiceClient | undefined;
  for (const [owner, client] of Object.entries(clients)) {
    for (const accepted of client.secrets) {
      const equal = timingSafeEqual(presented, sha256(accepted));
      if (equal && owner === name) found = client;
    }
  }
  return found;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
