import type { ServiceTokens } from '@evenkeel/contracts';
import type { Signer } from '@evenkeel/tokens';
import { SERVICE_NAME } from './config.ts';

/** How long a service token is valid, in seconds. */
export const SERVICE_TOKEN_LIFETIME_S = 60;

/** This service's own tokens, for calls to other services: it signs them itself. */
export function createServiceTokens(signer: Signer): ServiceTokens {
  return (scope) => Promise.resolve(signer.serviceToken({ sub: SERVICE_NAME, scope }, SERVICE_TOKEN_LIFETIME_S));
}
