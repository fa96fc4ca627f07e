import { randomBytes } from 'node:crypto';
import { expectBody } from './expect.ts';
import { jsonOf, type Answer } from './http/answer.ts';
import type { Api } from './http/api.ts';
import { signedInShape, type SignedIn, type User } from './shapes.ts';

/** Somebody whom this run has made. */
export interface Person {
  id: string;
  email: string;
  name: string;
  password: string;
  /** Of the session that registering has opened, or of a later one. */
  accessToken: string;
  refreshToken: string;
}

/** Whoever signs up during a run is remembered, so that nobody stays behind. */
export interface People {
  /** An address that nobody has. */
  email(): string;
  /** Asks to register. Who gets an account is remembered, also where none should have been given. */
  register(body: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Somebody new. */
  someone(): Promise<Person>;
  /** Somebody whom no check changes, shared by those that only look. */
  bystander(): Promise<Person>;
  /** Somebody else whom no check changes. */
  neighbour(): Promise<Person>;
  /** Somebody whose name checks may change, but whose sessions and account they leave alone. */
  chameleon(): Promise<Person>;
  /** A further session of somebody. */
  signIn(person: Person): Promise<SignedIn>;
  /** Also deletes this user at the end: one whom somebody with this token has made. */
  remember(user: User, token: string): void;
  /** Deletes everybody who is left, by their own right. Returns how many there were, and who could not be deleted. */
  removeAll(): Promise<{ removed: number; left: string[] }>;
}

export const PASSWORD = 'seven brown kettles sing';

export function createPeople(api: Api): People {
  const run = randomBytes(5).toString('hex');
  const made = new Map<string, Person>();
  let count = 0;
  const shared = new Map<string, Promise<Person>>();

  const email = (): string => `acceptance-${run}-${String(++count)}@example.com`;

  async function register(body: Readonly<Record<string, unknown>>): Promise<Answer> {
    const answer = await api.post('/auth/register', body);
    const signedIn = signedInShape.safeParse(jsonOf(answer)).data;
    if (signedIn !== undefined) made.set(signedIn.user.id, personOf(signedIn, String(body['password'])));
    return answer;
  }

  async function someone(): Promise<Person> {
    const answer = await register({ email: email(), password: PASSWORD, name: 'Robin Example' });
    const { user } = expectBody(answer, 201, signedInShape);
    return made.get(user.id) as Person;
  }

  /** The limits on registering are narrow: whoever can be shared is. */
  function share(role: string): Promise<Person> {
    const known = shared.get(role) ?? someone();
    shared.set(role, known);
    return known;
  }

  async function signIn(person: Person): Promise<SignedIn> {
    const answer = await api.post('/auth/login', { email: person.email, password: person.password });
    return expectBody(answer, 200, signedInShape);
  }

  /** Whether the user is gone; what they hold may have been ended by a check, so they may have to sign in again. */
  async function remove(person: Person): Promise<boolean> {
    const ask = (token: string): Promise<Answer> => api.send('DELETE', `/users/${person.id}`, { token });
    const first = await ask(person.accessToken);
    if (first.status !== 401) return first.status === 204 || first.status === 404;
    const login = await api.post('/auth/login', { email: person.email, password: person.password });
    const token = signedInShape.safeParse(jsonOf(login)).data?.access_token;
    if (token === undefined) return login.status === 401;
    return (await ask(token)).status === 204;
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
      for (const person of made.values()) if (!(await remove(person).catch(() => false))) left.push(person.email);
      return { removed: made.size - left.length, left };
    },
  };
}

function personOf({ user, access_token, refresh_token }: SignedIn, password: string): Person {
  const { id, email, name } = user;
  return { id, email, name, password, accessToken: access_token, refreshToken: refresh_token };
}
