import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SignedIn } from '@evenkeel/contracts';
import { findFreePort } from '@evenkeel/local-stores';
import { startProgram, testDatabase, testRedis, type ProgramProcess } from '@evenkeel/testing';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const PASSWORD = 'correct horse battery';

/** Rotates the keys of a state folder, as a user does, without waiting for verifiers: they look for a key that they do not know. */
async function rotateKeys(stateDir: string, publishSeconds: number): Promise<string> {
  const args = ['keys', 'rotate', '--runtime=local', `--publish-seconds=${String(publishSeconds)}`];
  const env = { KEEL_STATE_DIR: stateDir, PATH: '/usr/bin:/bin', NO_COLOR: '1' };
  const program = join(root, 'tools/keel/src/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env });
  return stdout;
}

/** The three services as processes that share generated secrets. */
async function startStack() {
  const stateDir = mkdtempSync(join(tmpdir(), 'key-rotation-'));
  const file = (name: string) => join(stateDir, 'secrets', name);
  // Makes the secrets, too.
  await rotateKeys(stateDir, 0);
  const [redis, database] = [
    await testRedis(),
    await testDatabase({ name: 'empty', migrate: () => Promise.resolve() }),
  ];
  const ports = { auth: await findFreePort(), users: await findFreePort(), gateway: await findFreePort() };
  const url = (name: keyof typeof ports) => `http://127.0.0.1:${String(ports[name])}`;
  const shared = {
    REDIS_URL: redis.url,
    REDIS_PASSWORD: redis.password,
    AUTH_SERVICE_URL: url('auth'),
    USER_SERVICE_URL: url('users'),
  };
  const start = async (service: string, name: keyof typeof ports, env: Record<string, string> = {}) =>
    startProgram(join(root, 'apps', service, 'src/main.ts'), {
      ...shared,
      PORT: String(ports[name]),
      ADMIN_PORT: String(await findFreePort()),
      ...env,
    });
  const auth = await start('auth-service', 'auth', {
    SIGNING_KEYS_FILE: file('signing_keys.json'),
    SERVICE_CLIENTS_FILE: file('service_clients.json'),
    REFRESH_ACCOUNT_RATE: '100000/60',
  });
  const users = await start('user-service', 'users', {
    DATABASE_URL: database.url.replace(/:[^:@/]*@/, '@'),
    DATABASE_PASSWORD: database.password,
    SERVICE_CLIENT_SECRET_FILE: file('service_client_secret'),
  });
  const processes = [auth, users, await start('api-gateway', 'gateway')];
  onTestFinished(async () => {
    await Promise.all(processes.map((each) => each[Symbol.asyncDispose]()));
    await Promise.all([database.close(), redis.close()]);
    rmSync(stateDir, { recursive: true });
  });
  await Promise.all(processes.map(({ ready }) => ready));
  signalChanges(auth, [file('signing_keys.json'), file('service_clients.json')]);
  signalChanges(users, [file('service_client_secret')]);
  return { stateDir, keysFile: file('signing_keys.json'), auth: url('auth'), gateway: url('gateway') };
}

/** Does what the reloader does: a service whose files have changed gets a SIGHUP. */
function signalChanges({ child }: ProgramProcess, files: string[]): void {
  const read = () => files.map((path) => readFileSync(path, 'utf8')).join();
  let known = read();
  const timer = setInterval(() => {
    const content = read();
    if (content !== known) child.kill('SIGHUP');
    known = content;
  }, 50);
  onTestFinished(() => clearInterval(timer));
}

async function send(method: string, url: string, { token, body }: { token?: string; body?: object } = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

function kidOf({ access_token }: SignedIn): string {
  const [header = ''] = access_token.split('.');
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid;
}

it('three rotations under load fail no request and end no session; a key goes when its tokens have expired', async () => {
  const { stateDir, keysFile, auth, gateway } = await startStack();
  const failures: unknown[] = [];
  let requests = 0;
  async function expectOk(...request: Parameters<typeof send>) {
    const answer = await send(...request).catch((error: unknown) => ({ status: 0, body: String(error) }));
    requests++;
    if (answer.status === 200) return answer.body;
    failures.push({ request: request.slice(0, 2), ...answer });
    return undefined;
  }

  const account = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
  const first = (await send('POST', `${gateway}/auth/register`, { body: account })).body as SignedIn;
  let latest = first;
  let over = false;
  const load = [0, 1, 2].map(async (worker) => {
    while (!over) {
      const body = { refresh_token: latest.refresh_token };
      if (worker === 0) latest = ((await expectOk('POST', `${gateway}/auth/refresh`, { body })) as SignedIn) ?? latest;
      // The first token is good until it expires, whichever key signs now.
      for (const token of [latest.access_token, first.access_token]) {
        await expectOk('GET', `${gateway}/users/me`, { token });
        await expectOk('GET', `${gateway}/auth/sessions`, { token });
      }
      await sleep(20);
    }
  });

  const kids = new Set([kidOf(first)]);
  for (let rotation = 1; rotation <= 3; rotation++) {
    await rotateKeys(stateDir, 0.3);
    await expect.poll(() => failures.length > 0 || !kids.has(kidOf(latest))).toBe(true);
    kids.add(kidOf(latest));
    const before = requests;
    await expect.poll(() => requests).toBeGreaterThan(before + 50);
  }
  over = true;
  await Promise.all(load);
  expect(failures).toEqual([]);
  expect(kids.size).toBe(4);

  // As if it was long ago: the next rotation drops the earlier keys, and the client secrets that belong to them.
  writeFileSync(keysFile, readFileSync(keysFile, 'utf8').replaceAll(/(?<="retired_at":")\d{4}/g, '2020'));
  await rotateKeys(stateDir, 0.3);
  const { access_token: token } = latest;
  const statusWith = async (each: string) => (await send('GET', `${auth}/auth/sessions`, { token: each })).status;
  await expect.poll(() => statusWith(first.access_token)).toBe(401);
  expect(await statusWith(token)).toBe(200);
  // user-service requests this service token for the first time, with the newest secret.
  const change = { current_password: PASSWORD, new_password: 'another horse battery' };
  expect(await send('POST', `${gateway}/users/me/password`, { token, body: change })).toMatchObject({ status: 204 });
});
