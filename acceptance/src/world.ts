import { expectBody } from './expect.ts';
import type { Answer } from './http/answer.ts';
import { createApi, type Api } from './http/api.ts';
import { createPeople, type People } from './people.ts';
import { Skip } from './broken-promise.ts';
import { signedInShape } from './shapes.ts';

/** The account of an administrator, who alone may ask some of the promises. */
export interface AdminAccount {
  email: string;
  password: string;
}

/** What a check has to ask with. */
export interface World {
  api: Api;
  people: People;
  /** Every answer that came so far. */
  seen: readonly Answer[];
  /** An administrator's access token. Throws Skip when no account was given. */
  admin(): Promise<string>;
}

export function createWorld(baseUrl: URL, account: AdminAccount | undefined): World {
  const seen: Answer[] = [];
  const api = createApi(baseUrl, (answer) => void seen.push(answer));
  let token: Promise<string> | undefined;

  async function signIn(): Promise<string> {
    if (account === undefined) {
      throw new Skip('an administrator has to ask: set ACCEPTANCE_ADMIN_EMAIL and ACCEPTANCE_ADMIN_PASSWORD');
    }
    return expectBody(await api.post('/auth/login', account), 200, signedInShape).access_token;
  }

  return { api, people: createPeople(api), seen, admin: () => (token ??= signIn()) };
}
