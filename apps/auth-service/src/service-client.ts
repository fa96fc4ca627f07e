import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from '@evenkeel/contracts';

/** A service that may request service tokens. */
export interface ServiceClient {
  secret: string;
  /** The scopes it may request: no more than it calls. */
  scopes: readonly Scope[];
}

/** By the name of the service. */
export type ServiceClients = Readonly<Record<string, ServiceClient>>;

/** The client with this name and secret. It takes the same time for each, whether or not there is such a client. */
export function findServiceClient(clients: ServiceClients, name: string, secret: string): ServiceClient | undefined {
  const client = Object.hasOwn(clients, name) ? clients[name] : undefined;
  const equal = timingSafeEqual(sha256(secret), sha256(client?.secret ?? ''));
  return equal ? client : undefined;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
