import type { Account } from '@evenkeel/contracts';
import type { Turn } from '@evenkeel/service';
import type { Request } from 'express';
import { expect, it } from 'vitest';
import type { Dependencies } from './dependencies.ts';
import { checkCredentials } from './sign-in.ts';

it.each([
  ['first, by account, on a network that the account has used', 'home', { client: 'ada@example.com', first: true }],
  ['in turn with their network, on a new one', 'elsewhere', { client: 'elsewhere', first: false }],
])('has credentials checked %s', async (_name, network, turn) => {
  const turns: Turn[] = [];
  const dependencies = {
    attempts: {
      isKnown: (_email: string, from: string) => Promise.resolve(from === 'home'),
      login: (_email: string, _network: string, _known: boolean, verify: () => Promise<Account>) => verify(),
    },
    signIns: {
      run: (each: Turn, work: () => Promise<Account>) => {
        turns.push(each);
        return work();
      },
    },
    users: { verifyCredentials: () => Promise.resolve({ id: 'ada' }) },
    networkOf: () => network,
    forwardedOf: () => 'for=unknown',
  } as unknown as Dependencies;
  const login = { email: 'ada@example.com', password: 'a long evening walk' };
  const { signal } = new AbortController();
  expect(await checkCredentials(dependencies, login, {} as Request, signal)).toEqual({ id: 'ada' });
  expect(turns).toEqual([{ ...turn, signal }]);
});
