import { BrokenPromise } from '../broken-promise.ts';
import { check, type Group } from '../runner/check.ts';

export const tidiness: Group = {
  title: 'Afterwards',
  checks: [
    check('everybody who was made for this run can be deleted again', async ({ people }) => {
      const { removed, left } = await people.removeAll();
      if (left.length > 0) throw new BrokenPromise('DELETE /users/:id', 'nobody left', left.join('\n'));
      return `${String(removed)} people`;
    }),
  ],
};
