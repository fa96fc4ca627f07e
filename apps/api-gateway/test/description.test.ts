import { emailSchema, idSchema, nameSchema, queryInteger, userSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { createApiApp, describeApi, endpoint } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { itKeepsItsDescription } from '@evenkeel/testing';
import { createUserGuard } from '@evenkeel/tokens';
import { z } from 'zod';
import { describeRoutes } from '../src/description.ts';
import { fetchDescriptions } from '../src/clients/description.ts';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

const ID = '0190c5a0-0000-7000-8000-000000000000';
const at = '2026-01-01T00:00:00.000Z';

/** A service behind the gateway that does what its description says. */
function playUsers({ users, keys }: ServiceUnderTest): void {
  const guard = createUserGuard(keys.verifier);
  const user = (changes: object) => ({
    status: 200,
    body: { id: ID, email: 'a@example.com', name: 'A', roles: ['user'], created_at: at, updated_at: at, ...changes },
  });
  const params = z.object({ id: idSchema });
  const endpoints = [
    endpoint(
      {
        method: 'get',
        path: '/users',
        summary: 'List',
        guard,
        query: z.strictObject({ limit: queryInteger(1, 9).optional() }),
        responses: { 200: z.array(userSchema) },
      },
      () => Promise.resolve({ status: 200, body: [] }),
    ),
    endpoint(
      {
        method: 'get',
        path: '/users/:id',
        summary: 'Read',
        guard,
        params,
        responses: { 200: userSchema },
        errors: ['not_found'],
      },
      ({ params: { id } }) => {
        if (id !== ID) throw new AppError('not_found', 'No.');
        return Promise.resolve(user({}));
      },
    ),
    endpoint(
      {
        method: 'patch',
        path: '/users/:id',
        summary: 'Change',
        guard,
        params,
        body: z.strictObject({ email: emailSchema, name: nameSchema }),
        responses: { 200: userSchema },
      },
      ({ body }) => Promise.resolve(user(body)),
    ),
  ];
  const app = createApiApp(endpoints, createLogger('user-service', 'silent'), () =>
    describeApi({ title: 'user-service', version: '1' }, endpoints),
  );
  users.handler = (request, response) => void app(request, response);
}

async function boot() {
  const gateway = await bootService('routes: [{ prefix: /users, upstream: user-service }]');
  playUsers(gateway);
  const { keys, config, users, url } = gateway;
  const descriptions = await fetchDescriptions({ 'user-service': users.url });
  return {
    service: gateway,
    url,
    description: describeRoutes({ title: 'api-gateway', version: '1.0.0' }, config.current.ROUTES, descriptions),
    tokens: () => ({
      right: [keys.userToken()],
      wrong: [keys.serviceToken('users:read'), keys.userToken({ lifetime: -60 })],
    }),
    examples: { id: [ID] },
  };
}

itKeepsItsDescription({
  boot,
  requests: 1_000,
  succeeding: ['GET /users', 'GET /users/{id}', 'PATCH /users/{id}'],
});
