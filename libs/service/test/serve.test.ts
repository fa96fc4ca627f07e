import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startService, type ServiceProcess } from '@evenkeel/testing';
import { afterAll, afterEach, expect, it } from 'vitest';

const program = fileURLToPath(new URL('demo-service.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'serve-'));
const running: ServiceProcess[] = [];

afterEach(() => Promise.all(running.splice(0).map((service) => service[Symbol.asyncDispose]())));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(env: Record<string, string> = {}) {
  const service = await startService(program, env);
  running.push(service);
  let asked = 0;
  service.child.on('message', (message) => (asked += Number(message === 'asked')));
  /** How many requests it has begun to handle. */
  return { ...service, asked: () => asked };
}

it('serves its operators: live, ready, healthy, metrics and the API with its page', async () => {
  const service = await start();
  await service.ready;
  const status = async (path: string) => (await fetch(service.admin + path)).status;
  for (const path of ['/livez', '/readyz', '/healthz', '/metrics', '/openapi.json', '/docs']) {
    expect([path, await status(path)]).toEqual([path, 200]);
  }
  expect(await (await fetch(`${service.admin}/healthz`)).json()).toMatchObject({
    status: 'ok',
    service: 'demo',
    version: '1.2.3',
    checks: { store: { status: 'ok' } },
    config: { version: expect.stringMatching(/^sha256:/) as string },
  });
  await fetch(`${service.url}/slow?ms=0`);
  const metrics = await (await fetch(`${service.admin}/metrics`)).text();
  expect(metrics).toContain('http_server_request_duration');
  expect(metrics).toContain('config_last_reload_successful');
  expect((await fetch(`${service.admin}/docs/swagger-ui-bundle.js`)).status).toBe(200);
});

it('is live but not ready while a dependency is unavailable, then becomes ready by itself', async () => {
  const service = await start({ AWAY_UNTIL_TOLD: 'true' });
  const readyz = async () => (await fetch(`${service.admin}/readyz`)).status;
  await expect.poll(readyz).toBe(503);
  expect((await fetch(`${service.admin}/livez`)).status).toBe(200);
  service.child.send('the store is up');
  await service.ready;
  expect(await readyz()).toBe(200);
});

it('finishes every request it accepted on SIGTERM and exits 0', async () => {
  const service = await start();
  await service.ready;
  const agent = new Agent({ keepAlive: true });
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      get(`${service.url}/slow?ms=1000`, { agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      }).once('error', reject);
    });
  const answers = Array.from({ length: 50 }, ask);
  await expect.poll(service.asked).toBe(50);
  service.child.kill('SIGTERM');
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  expect(await service.exited).toBe(0);
  agent.destroy();
});

it('is not ready during the wait before the drain, but still serves requests', async () => {
  const service = await start({ SHUTDOWN_DELAY_MS: '600000' });
  await service.ready;
  service.child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${service.admin}/readyz`)).status).toBe(503);
  expect((await fetch(`${service.url}/slow?ms=0`)).status).toBe(200);
  // It would wait for ten minutes.
  service.child.kill('SIGKILL');
});

it('cuts what outlasts the limit of the drain', async () => {
  const service = await start({ DRAIN_TIMEOUT_MS: '300' });
  await service.ready;
  const endless = fetch(`${service.url}/slow?ms=600000`).catch(() => 'cut');
  await expect.poll(service.asked).toBe(1);
  service.child.kill('SIGTERM');
  expect(await endless).toBe('cut');
  expect(await service.exited).toBe(0);
});

it('reloads on SIGHUP what may be reloaded, refuses what is wrong, and shows both', async () => {
  const file = join(folder, 'level.env');
  writeFileSync(file, 'LOG_LEVEL=info\n');
  const service = await start({ ENV_FILE: file });
  await service.ready;
  const config = async () =>
    ((await (await fetch(`${service.admin}/healthz`)).json()) as { config: { version: string } }).config;
  const metrics = async () => (await fetch(`${service.admin}/metrics`)).text();
  /** The versions of the configuration in the metrics, with the value of each. */
  const versions = async () =>
    Object.fromEntries(
      [...(await metrics()).matchAll(/^config_info\{.*version="(.+?)".*\} (\d)/gm)].map((line) => line.slice(1)),
    );
  const before = await config();
  expect(await versions()).toEqual({ [before.version]: '1' });
  writeFileSync(file, 'LOG_LEVEL=loud\n');
  service.child.kill('SIGHUP');
  await expect.poll(config).toMatchObject({ error: expect.stringContaining(`${file}:1: LOG_LEVEL`) as string });
  expect((await fetch(`${service.admin}/healthz`)).status).toBe(503);
  expect(await metrics()).toMatch(/config_last_reload_successful\{.*\} 0/);
  expect(await versions()).toEqual({ [before.version]: '1' });
  writeFileSync(file, 'LOG_LEVEL=debug\n');
  service.child.kill('SIGHUP');
  await expect.poll(config).not.toHaveProperty('error');
  const { version } = await config();
  expect(version).not.toBe(before.version);
  expect(await versions()).toEqual({ [version]: '1' });
});

it('shows the line coverage of its own package, from the newest report', async () => {
  const file = join(folder, 'coverage-summary.json');
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const ofDemo = (pct: unknown) =>
    JSON.stringify({
      'apps/other': { lines: { pct: 1 } },
      'apps/demo': { lines: { pct } },
      total: { lines: { pct: 2 } },
    });
  const service = await start({ COVERAGE_SUMMARY: file });
  await service.ready;
  const shown = async () => {
    const health = (await (await fetch(`${service.admin}/healthz`)).json()) as { coverage_pct?: number };
    const metrics = await (await fetch(`${service.admin}/metrics`)).text();
    return [health.coverage_pct, /^test_coverage_percent\{package="apps\/demo".*\} (.*)$/m.exec(metrics)?.[1]];
  };
  expect(await shown()).toEqual([undefined, undefined]);
  write(JSON.stringify({ total: { lines: { pct: 2 } } }));
  expect(await shown()).toEqual([undefined, undefined]);
  write(ofDemo(87.5));
  expect(await shown()).toEqual([87.5, '87.5']);
  write(ofDemo(90));
  expect(await shown()).toEqual([90, '90']);
  for (const unreadable of [ofDemo('Unknown'), ofDemo(90).slice(0, 50), 'null', '']) {
    write(unreadable);
    expect(await shown()).toEqual([undefined, 'NaN']);
  }
  expect(service.output()).not.toMatch(/coverage|error/i);
});

it('shows no coverage in production', async () => {
  const file = join(folder, 'in-production.json');
  writeFileSync(file, JSON.stringify({ 'apps/demo': { lines: { pct: 87.5 } } }));
  const service = await start({ COVERAGE_SUMMARY: file, NODE_ENV: 'production' });
  await service.ready;
  expect(await (await fetch(`${service.admin}/healthz`)).json()).not.toHaveProperty('coverage_pct');
  expect(await (await fetch(`${service.admin}/metrics`)).text()).not.toContain('test_coverage_percent');
});

it('exits 1 with all mistakes when its configuration is invalid', async () => {
  const service = await start({ PORT: 'x', LOG_LEVEL: 'loud', DRAIN_TIMEOUT_MS: '-1' });
  expect(await service.exited).toBe(1);
  for (const variable of ['PORT', 'LOG_LEVEL', 'DRAIN_TIMEOUT_MS']) expect(service.output()).toContain(`${variable}: `);
});

it('exits 1 when its port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const service = await start({ PORT: String((taken.address() as AddressInfo).port) });
  expect(await service.exited).toBe(1);
  expect(service.output()).toContain('EADDRINUSE');
  taken.close();
});

it('responds to what is not HTTP, or too large, with a problem', async () => {
  const service = await start();
  await service.ready;
  const send = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.write(text));
      socket.on('data', (chunk) => (answer += String(chunk)));
      socket.on('close', () => resolve(answer));
    });
  expect(await send('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/);
  expect(await send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/,
  );
  expect(await send('GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/);
});
