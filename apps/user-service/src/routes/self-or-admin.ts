import { idSchema } from '@evenkeel/contracts';
import type { Guard } from '@evenkeel/service';
import { createUserGuard, type Caller, type Verifier } from '@evenkeel/tokens';
import { allowSelfOrAdmin } from '../user.ts';

/** Lets users in to what is below their own `:id`, and administrators to everybody's. */
export function createSelfOrAdminGuard(verifier: Verifier): Guard<Caller> {
  const guard = createUserGuard(verifier);
  return {
    ...guard,
    async check(request) {
      const caller = await guard.check(request);
      // What is not an id is refused by validation, which reports the mistake.
      const id = idSchema.safeParse(request.params['id']).data;
      if (id !== undefined) allowSelfOrAdmin(caller, id);
      return caller;
    },
  };
}
