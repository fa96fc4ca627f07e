import { endSessionsSchema, idSchema, sessionListSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint, type Guard } from '@evenkeel/service';
import { createServiceGuard, sessionEnded, createUserGuard, type Caller } from '@evenkeel/tokens';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { showSession } from '../session.ts';
import { noStore } from './no-store.ts';

export function createSessionRoutes(dependencies: Dependencies): Endpoint[] {
  const { sessions, verifier } = dependencies;
  const guard = createOpenSessionGuard(dependencies);
  return [
    endpoint(
      {
        method: 'get',
        path: '/auth/sessions',
        summary: 'The sessions of the caller',
        guard,
        responses: { 200: sessionListSchema },
      },
      async ({ caller }) => {
        const list = await sessions.list(caller.userId);
        const items = list.map((session) => showSession(session, caller.sessionId));
        return { status: 200, body: { items }, headers: noStore };
      },
    ),
    endpoint(
      {
        method: 'delete',
        path: '/auth/sessions/:id',
        summary: 'End a session of the caller',
        guard,
        params: z.object({ id: idSchema }),
        responses: { 204: null },
        errors: ['not_found'],
      },
      async ({ caller, params }) => {
        const ended = await sessions.end(params.id, caller.userId, 'revoked');
        if (!ended) throw new AppError('not_found', 'No such session.');
        return { status: 204 };
      },
    ),
    endpoint(
      {
        method: 'post',
        path: '/internal/sessions/end',
        summary: 'End the sessions of a user',
        guard: createServiceGuard(verifier, 'sessions:end'),
        body: endSessionsSchema,
        responses: { 204: null },
      },
      async ({ body }) => {
        await sessions.endAll(body.user_id, body.except_session, body.credentials_version);
        return { status: 204 };
      },
    ),
  ];
}

/** Who holds the sessions need not wait for an access token to expire. */
function createOpenSessionGuard({ sessions, verifier }: Dependencies): Guard<Caller> {
  const guard = createUserGuard(verifier);
  return {
    ...guard,
    async check(request) {
      const caller = await guard.check(request);
      if (await sessions.isOpen(caller.sessionId)) return caller;
      throw sessionEnded();
    },
  };
}
