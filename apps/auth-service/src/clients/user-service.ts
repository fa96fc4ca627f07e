import { once } from 'node:events';
import { connect } from 'node:net';
import { createUsersClient, type UsersClient } from '@evenkeel/contracts';
import type { Dependency } from '@evenkeel/service';
import type { Signer } from '@evenkeel/tokens';
import { SERVICE_TOKEN_LIFETIME_S } from '../session.ts';

/** What auth-service asks of user-service, with tokens that it signs itself. */
export function usersClient(baseUrl: string, signer: Signer): UsersClient {
  return createUsersClient({ baseUrl }, (scope) =>
    Promise.resolve(signer.serviceToken({ sub: 'auth-service', scope }, SERVICE_TOKEN_LIFETIME_S)),
  );
}

/** Whether something listens where user-service should be. The service itself starts and stays ready without it. */
export function userServiceCheck(baseUrl: string): Dependency {
  const { hostname, port, protocol } = new URL(baseUrl);
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  return {
    required: false,
    async check(signal) {
      const socket = connect(address);
      try {
        await once(socket, 'connect', { signal });
      } finally {
        socket.destroy();
      }
    },
  };
}
