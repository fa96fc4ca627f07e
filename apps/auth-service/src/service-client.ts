import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from '@evenkeel/contracts';

/** A service that may ask for service tokens. */
export interface ServiceClient {
  secret: string;
  /** What it may ask a token for: no more than it calls. */
  scopes: readonly Scope[];
}

/** By the name of the service. */
export type ServiceClients = Readonly<Record<string, ServiceClient>>;

/** The client with this name and secret. The time it takes tells nothing, not even whether there is such a client. */
export function findServiceClient(clients: ServiceClients, name: string, secret: string): ServiceClient | undefined {
  const client = Object.hasOwn(clients, name) ? clients[name] : undefined;
  const equal = timingSafeEqual(sha256(secret), sha256(client?.secret ?? ''));
  return equal ? client : undefined;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
