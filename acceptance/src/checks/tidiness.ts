import { CheckFailed } from '../check-failed.ts';
import { check, type Group } from '../runner/check.ts';

export const tidiness: Group = {
  title: 'Afterwards',
  checks: [
    check('all accounts of this run are deleted', async ({ accounts }) => {
      const { removed, left } = await accounts.removeAll();
      if (left.length > 0) throw new CheckFailed('DELETE /users/:id', 'no account left', left.join('\n'));
      return `${String(removed)} accounts`;
    }),
  ],
};
