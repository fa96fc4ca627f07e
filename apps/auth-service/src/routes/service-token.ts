import { serviceTokenRequestSchema, serviceTokenSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import type { Dependencies } from '../dependencies.ts';
import { findServiceClient } from '../service-client.ts';
import { SERVICE_TOKEN_LIFETIME_S } from '../session.ts';
import { noStore } from './no-store.ts';

export function serviceTokenRoutes({ attempts, config, networkOf, signer }: Dependencies): Endpoint[] {
  return [
    endpoint(
      {
        method: 'post',
        path: '/internal/token',
        summary: 'A short-lived token for another service (RFC 6749, section 4.4)',
        body: serviceTokenRequestSchema,
        responses: { 200: serviceTokenSchema },
        errors: ['unauthenticated', 'forbidden', 'rate_limited', 'unavailable'],
      },
      async ({ body: { client_id, client_secret, scope }, request }) => {
        await attempts.serviceTokenFrom(networkOf(request));
        const client = findServiceClient(config.current.SERVICE_CLIENTS, client_id, client_secret);
        if (client === undefined) throw new AppError('unauthenticated', 'The client id or its secret is wrong.');
        if (!client.scopes.includes(scope)) {
          throw new AppError('forbidden', `${client_id} may not have the scope ${scope}.`);
        }
        const token = signer.serviceToken({ sub: client_id, scope }, SERVICE_TOKEN_LIFETIME_S);
        const body = { access_token: token, expires_in: SERVICE_TOKEN_LIFETIME_S };
        return { status: 200, body, headers: noStore };
      },
    ),
  ];
}
