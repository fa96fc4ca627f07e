import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@evenkeel/local-stores';
import { ensureSecrets, rotationSteps, type RotationStep } from '@evenkeel/secrets';
import { declaredStack, serviceClients } from '@evenkeel/stack';
import { startProgram, testDatabase, testRedis, type ProgramProcess } from '@evenkeel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { rotateKeys, type NextKey } from '../src/keys/rotate-keys.ts';
import { makeStateFolders, openWorkspace } from '../src/workspace.ts';
import { entry, keel, onPostgres, onRedis, ROOT } from './keel-process.ts';

const clients = serviceClients(await declaredStack(ROOT));
const PASSWORD = 'correct horse battery';
const DAY_MS = 86_400_000;

interface SignedIn {
  access_token: string;
  refresh_token: string;
}

interface Answer {
  status: number;
  body: unknown;
}

async function send(method: string, url: string, options: { token?: string; body?: object } = {}): Promise<Answer> {
  const { token, body } = options;
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

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

/** The three services as processes, with secrets of their own. */
async function startServices() {
  const stateDir = await mkdtemp(join(tmpdir(), 'keel-keys-'));
  const workspace = openWorkspace(ROOT, { KEEL_STATE_DIR: stateDir });
  await makeStateFolders(workspace);
  const { file } = await ensureSecrets(workspace.secretsDir, clients);
  const [redis, database] = [await testRedis(), await testDatabase({ name: 'empty', migrate: async () => {} })];
  const names = [onRedis, onPostgres, entry];
  const ports = new Map<string, number>();
  for (const name of names) ports.set(name, await findFreePort());
  const url = (name: string) => `http://127.0.0.1:${ports.get(name)}`;
  const start = async (name: string, env: Record<string, string>) =>
    startProgram(join(ROOT, 'apps', name, 'src/main.ts'), {
      ...{ PORT: String(ports.get(name)), ADMIN_PORT: String(await findFreePort()) },
      ...env,
    });
  const connections = {
    ...{ REDIS_URL: redis.url, REDIS_PASSWORD: redis.password },
    ...{ AUTH_SERVICE_URL: url(onRedis), USER_SERVICE_URL: url(onPostgres) },
  };
  const services = {
    auth: await start(onRedis, {
      ...{ ...connections, SIGNING_KEYS_FILE: file('signing_keys.json') },
      ...{ SERVICE_CLIENTS_FILE: file('service_clients.json'), REFRESH_ACCOUNT_RATE: '100000/60' },
    }),
    users: await start(onPostgres, {
      ...{ ...connections, DATABASE_URL: database.url.replace(/:[^:@/]*@/, '@'), DATABASE_PASSWORD: database.password },
      ...{ SERVICE_CLIENT_SECRET_FILE: file('service_client_secret') },
    }),
    gateway: await start(entry, connections),
  };
  onTestFinished(async () => {
    await Promise.all(Object.values(services).map((service) => service[Symbol.asyncDispose]()));
    await database.close();
    await redis.close();
    await rm(stateDir, { recursive: true });
  });
  await Promise.all(Object.values(services).map(({ ready }) => ready));
  signalChanges(services.auth, [file('signing_keys.json'), file('service_clients.json')]);
  signalChanges(services.users, [file('service_client_secret')]);
  return { workspace, gateway: url(entry), auth: url(onRedis), services };
}

/** Does what the reloader does: a service whose files have changed gets a SIGHUP. */
function signalChanges({ child }: ProgramProcess, files: string[]): void {
  const read = async () => (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join();
  let known: string | undefined;
  const timer = setInterval(() => {
    void read().then((content) => {
      if (known !== undefined && known !== content) child.kill('SIGHUP');
      known = content;
    });
  }, 50);
  onTestFinished(() => clearInterval(timer));
}

it('rotates the keys of a running stack three times: no request fails and no session ends', async () => {
  const { workspace, gateway, auth, services } = await startServices();
  const printed: string[] = [];
  const terminal = { print: (line: string) => printed.push(line) > 0 };
  const failures: unknown[] = [];
  let requests = 0;
  const expectStatus = async (status: number, ...request: Parameters<typeof send>) => {
    requests++;
    const answer = await send(...request).catch((error: unknown) => ({ status: 0, body: String(error) }));
    if (answer.status !== status) failures.push({ request: request.slice(0, 2), ...answer });
    return answer.body;
  };

  const register = async (email: string) =>
    (await send('POST', `${gateway}/auth/register`, { body: { email, password: PASSWORD, name: 'Ada' } }))
      .body as SignedIn;
  const first = await register('ada@example.com');
  let latest = first;
  let over = false;
  const load = [0, 1, 2].map(async (worker) => {
    while (!over) {
      if (worker === 0) {
        const body = { refresh_token: latest.refresh_token };
        latest = (await expectStatus(200, 'POST', `${gateway}/auth/refresh`, { body })) as SignedIn;
      }
      // The very first token stays good as long as it has not expired.
      for (const token of [latest.access_token, first.access_token]) {
        await expectStatus(200, 'GET', `${gateway}/users/me`, { token });
        await expectStatus(200, 'GET', `${gateway}/auth/sessions`, { token });
      }
      await sleep(20);
    }
  });

  const rotate = (step: RotationStep) => rotationSteps[step](workspace.secretsDir, clients, Date.now());
  // A shorter wait than the command's: verifiers look for a key that they do not know, while nobody invents any.
  const untilPublished = async ({ kid }: NextKey) => {
    const published = async () => (await send('GET', `${auth}/.well-known/jwks.json`)).body;
    await expect.poll(published).toMatchObject({ keys: expect.arrayContaining([expect.objectContaining({ kid })]) });
  };
  const kids = new Set([kidOf(first.access_token)]);
  for (let rotation = 1; rotation <= 3; rotation++) {
    await rotateKeys(rotate, terminal, untilPublished);
    await expect.poll(() => kids.has(kidOf(latest.access_token))).toBe(false);
    kids.add(kidOf(latest.access_token));
    const token = latest.access_token;
    await expectStatus(200, 'GET', `${gateway}/users/me`, { token });
    const before = requests;
    await expect.poll(() => requests).toBeGreaterThan(before + 50);
  }
  over = true;
  await Promise.all(load);
  expect(failures).toEqual([]);
  expect(kids.size).toBe(4);
  expect(services.auth.output()).not.toContain('was not published before');
  expect(printed.filter((line) => line.includes('signs now'))).toHaveLength(3);

  // Much later the earlier keys and secrets are dropped; user-service proves itself with the newest.
  await rotationSteps.publish(workspace.secretsDir, clients, Date.now() + DAY_MS);
  await expect
    .poll(async () => (await send('GET', `${auth}/auth/sessions`, { token: first.access_token })).status)
    .toBe(401);
  const token = latest.access_token;
  const change = { current_password: PASSWORD, new_password: 'another horse battery' };
  expect(await send('POST', `${gateway}/users/me/password`, { token, body: change })).toMatchObject({ status: 204 });
});

it('rotates the secrets of the runtime that is named', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'keel-keys-'));
  onTestFinished(() => rm(stateDir, { recursive: true }));
  const env = { ...process.env, NO_COLOR: '1', KEEL_STATE_DIR: stateDir };
  const { code, output } = await keel(['keys', 'rotate', '--runtime=local', '--publish-seconds=0.2'], env);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^Published[^]* s until[^]*signs now/) });
  const { keys } = JSON.parse(await readFile(join(stateDir, 'secrets/signing_keys.json'), 'utf8')) as {
    keys: object[];
  };
  expect(keys).toHaveLength(2);
});

it('asks where the stack runs when no local one does', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'keel-keys-'));
  onTestFinished(() => rm(stateDir, { recursive: true }));
  const env = { ...process.env, NO_COLOR: '1', KEEL_STATE_DIR: stateDir };
  expect(await keel(['keys', 'rotate'], env)).toEqual({
    code: 1,
    output: expect.stringMatching(/No local stack is running[^]*fix: \.\/keel keys rotate --runtime=compose/),
  });
  expect(await keel(['keys', 'rotate', '--publish-seconds=soon'], env)).toMatchObject({ code: 2 });
});
