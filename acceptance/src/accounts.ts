import { randomBytes } from 'node:crypto';
import { expectBody } from './expect.ts';
import { jsonOf, type ApiResponse } from './http/response.ts';
import type { Api } from './http/api.ts';
import { signedInShape, type SignedIn, type User } from './shapes.ts';

/** An account that this run has made. */
export interface Account {
  id: string;
  email: string;
  name: string;
  password: string;
  /** Of the session that registering has opened, or of a later one. */
  accessToken: string;
  refreshToken: string;
}

/** The accounts that this run has made, so that it can delete them all. */
export interface Accounts {
  /** An address that is not taken. */
  email(): string;
  /** Sends a registration. An account that results is remembered, also where it should have been refused. */
  register(body: Readonly<Record<string, unknown>>): Promise<ApiResponse>;
  /** A new account. */
  someone(): Promise<Account>;
  /** One that no check changes, shared by those that only read. */
  bystander(): Promise<Account>;
  /** Another one that no check changes. */
  neighbour(): Promise<Account>;
  /** One whose name checks may change, but not its sessions. */
  chameleon(): Promise<Account>;
  /** Opens a further session. */
  signIn(account: Account): Promise<SignedIn>;
  /** Also deletes this user at the end, who was created with this token. */
  remember(user: User, token: string): void;
  /** Deletes what is left, each with its own token. Returns how many there were, and which could not be deleted. */
  removeAll(): Promise<{ removed: number; left: string[] }>;
}

export const PASSWORD = 'seven brown kettles sing';

export function createAccounts(api: Api): Accounts {
  const run = randomBytes(5).toString('hex');
  const made = new Map<string, Account>();
  let count = 0;
  const shared = new Map<string, Promise<Account>>();

  const email = (): string => `acceptance-${run}-${String(++count)}@example.com`;

  async function register(body: Readonly<Record<string, unknown>>): Promise<ApiResponse> {
    const response = await api.post('/auth/register', body);
    const signedIn = signedInShape.safeParse(jsonOf(response)).data;
    if (signedIn !== undefined) made.set(signedIn.user.id, accountOf(signedIn, String(body['password'])));
    return response;
  }

  async function someone(): Promise<Account> {
    const response = await register({ email: email(), password: PASSWORD, name: 'Robin Example' });
    const { user } = expectBody(response, 201, signedInShape);
    return made.get(user.id) as Account;
  }

  /** The limits on registering are narrow, so accounts are shared where they can be. */
  function share(role: string): Promise<Account> {
    const known = shared.get(role) ?? someone();
    shared.set(role, known);
    return known;
  }

  async function signIn(account: Account): Promise<SignedIn> {
    const response = await api.post('/auth/login', { email: account.email, password: account.password });
    return expectBody(response, 200, signedInShape);
  }

  /** Whether the account is gone; a check may have ended its session, so that it has to sign in again. */
  async function remove(account: Account): Promise<boolean> {
    const parts = (token: string): Promise<ApiResponse> => api.send('DELETE', `/users/${account.id}`, { token });
    const first = await parts(account.accessToken);
    if (first.status !== 401) return first.status === 204 || first.status === 404;
    const login = await api.post('/auth/login', { email: account.email, password: account.password });
    const token = signedInShape.safeParse(jsonOf(login)).data?.access_token;
    if (token === undefined) return login.status === 401;
    return (await parts(token)).status === 204;
  }

  return {
    email,
    register,
    someone,
    bystander: () => share('bystander'),
    neighbour: () => share('neighbour'),
    chameleon: () => share('chameleon'),
    signIn,
    remember: ({ id, email, name }, accessToken) =>
      void made.set(id, { id, email, name, password: PASSWORD, accessToken, refreshToken: '' }),
    async removeAll() {
      const left: string[] = [];
      for (const account of made.values()) if (!(await remove(account).catch(() => false))) left.push(account.email);
      return { removed: made.size - left.length, left };
    },
  };
}

function accountOf({ user, access_token, refresh_token }: SignedIn, password: string): Account {
  const { id, email, name } = user;
  return { id, email, name, password, accessToken: access_token, refreshToken: refresh_token };
}
