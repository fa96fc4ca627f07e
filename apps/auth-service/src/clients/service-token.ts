import { createUsersClient, type UsersClient } from '@evenkeel/contracts';
import { reach, type Dependency } from '@evenkeel/service';
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
  return { required: false, check: (signal) => reach(baseUrl, signal) };
}
