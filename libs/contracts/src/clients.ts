import { AppError } from '@evenkeel/errors';
import {
  endSessionsSchema,
  accountSchema,
  serviceTokenSchema,
  type Account,
  type ConfirmCredentials,
  type EndSessions,
  type Scope,
} from './internal.ts';
import type { Login, Register } from './auth.ts';
import { createJsonClient, type JsonClientOptions, type Requester } from './json-client.ts';

type ClientOptions = Pick<JsonClientOptions, 'baseUrl' | 'dispatcher'>;

/** Returns a service token for one scope. */
export type ServiceTokens = (scope: Scope) => Promise<string>;

/** What auth-service calls at user-service. */
export interface UsersClient {
  /** Throws `invalid_credentials` alike for an unknown user and a wrong password. */
  verifyCredentials(login: Login, requester: Requester): Promise<Account>;
  /**
   * Throws `email_taken`, or `invalid_request` for a password that is too common; `timeout` or `bad_gateway` when it is
   * not known whether the user exists now.
   */
  register(user: Register, requester: Requester): Promise<Account>;
  /** `undefined` when there is no such user any more. */
  find(id: string, requester: Requester): Promise<Account | undefined>;
}

export function createUsersClient(options: ClientOptions, tokens: ServiceTokens): UsersClient {
  const client = createJsonClient({
    ...options,
    name: 'user-service',
    passOn: ['invalid_credentials', 'email_taken', 'invalid_request', 'not_found', 'timeout'],
  });
  return {
    verifyCredentials: async (body, requester) =>
      client.call({
        method: 'POST',
        path: '/internal/credentials/verify',
        body,
        requester,
        token: await tokens('credentials:verify'),
        response: accountSchema,
      }),
    register: async (body, requester) =>
      client.call({
        method: 'POST',
        path: '/internal/users',
        body,
        requester,
        changes: true,
        token: await tokens('users:register'),
        response: accountSchema,
      }),
    async find(id, requester) {
      try {
        const token = await tokens('users:read');
        const path = `/internal/users/${id}`;
        return await client.call({ method: 'GET', path, requester, token, response: accountSchema });
      } catch (error) {
        if (error instanceof AppError && error.code === 'not_found') return undefined;
        throw error;
      }
    },
  };
}

/** What user-service calls at auth-service. */
export interface SessionsClient {
  end(request: EndSessions): Promise<void>;
}

export function createSessionsClient(options: ClientOptions, tokens: ServiceTokens): SessionsClient {
  const client = createJsonClient({ ...options, name: 'auth-service' });
  return {
    async end(request) {
      const body = endSessionsSchema.parse(request);
      const token = await tokens('sessions:end');
      await client.call({ method: 'POST', path: '/internal/sessions/end', body, token, response: null });
    },
  };
}

/** What user-service calls at auth-service before it changes what signing in depends on. */
export interface CredentialsClient {
  /** Counts like a sign-in. Throws `invalid_credentials` or `rate_limited`. */
  confirm(request: ConfirmCredentials, requester: Requester): Promise<Account>;
}

export function createCredentialsClient(options: ClientOptions, tokens: ServiceTokens): CredentialsClient {
  const client = createJsonClient({
    ...options,
    name: 'auth-service',
    passOn: ['invalid_credentials', 'rate_limited'],
  });
  return {
    confirm: async (body, requester) =>
      client.call({
        method: 'POST',
        path: '/internal/credentials/confirm',
        body,
        requester,
        token: await tokens('credentials:confirm'),
        response: accountSchema,
      }),
  };
}

/**
 * Service tokens by the client credentials grant, each kept until shortly before it expires.
 * @param clientSecret called for each request, so that a rotation takes effect at once
 */
export function createTokenClient(options: ClientOptions, clientId: string, clientSecret: () => string): ServiceTokens {
  const client = createJsonClient({ ...options, name: 'auth-service' });
  const kept = new Map<Scope, { token: string; until: number }>();
  return async (scope) => {
    const known = kept.get(scope);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const answer = await client.call({
      method: 'POST',
      path: '/internal/token',
      body: { client_id: clientId, client_secret: clientSecret(), scope },
      response: serviceTokenSchema,
    });
    kept.set(scope, { token: answer.access_token, until: Date.now() + (answer.expires_in - 10) * 1000 });
    return answer.access_token;
  };
}
