import { expectBody } from './expect.ts';
import type { ApiResponse } from './http/response.ts';
import { createApi, type Api } from './http/api.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import { Skip } from './check-failed.ts';
import { signedInShape } from './shapes.ts';

/** The account of an administrator, which some checks need. */
export interface AdminAccount {
  email: string;
  password: string;
}

/** What a check works with. */
export interface World {
  api: Api;
  accounts: Accounts;
  /** Every response so far. */
  seen: readonly ApiResponse[];
  /** An administrator's access token. Throws Skip when no account was given. */
  admin(): Promise<string>;
}

export function createWorld(baseUrl: URL, account: AdminAccount | undefined): World {
  const seen: ApiResponse[] = [];
  const api = createApi(baseUrl, (response) => void seen.push(response));
  let token: Promise<string> | undefined;

  async function signIn(): Promise<string> {
    if (account === undefined) {
      throw new Skip('needs an administrator: set ACCEPTANCE_ADMIN_EMAIL and ACCEPTANCE_ADMIN_PASSWORD');
    }
    return expectBody(await api.post('/auth/login', account), 200, signedInShape).access_token;
  }

  return { api, accounts: createAccounts(api), seen, admin: () => (token ??= signIn()) };
}
