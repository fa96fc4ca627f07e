import type { Guard } from '@evenkeel/service';
import { userGuard, type Caller, type Verifier } from '@evenkeel/tokens';
import { allowSelfOrAdmin } from '../user.ts';

/** Lets users in to what is below their own `:id`, and administrators to everybody's. */
export function selfOrAdminGuard(verifier: Verifier): Guard<Caller> {
  const guard = userGuard(verifier);
  return {
    ...guard,
    async check(request) {
      const caller = await guard.check(request);
      // Not validated yet: what is no id is nobody's, and an administrator is told what is wrong with it.
      allowSelfOrAdmin(caller, String(request.params['id']).toLowerCase());
      return caller;
    },
  };
}
