import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@evenkeel/local-stores';
import { planRestart, type Service, type Stack } from '@evenkeel/stack';
import { expect, it, onTestFinished } from 'vitest';
import type { MergedLog } from '../log/merged-log.ts';
import { createLocalServices } from './local-services.ts';

/** A service that is ready at once, and that drains on SIGTERM until there is a file `drained`. */
const PROGRAM = `
const { existsSync, writeFileSync } = require('node:fs');
const [port, folder] = process.argv.slice(1);
require('node:http').createServer((_request, response) => response.end()).listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => {
  writeFileSync(folder + '/draining', '');
  setInterval(() => existsSync(folder + '/drained') && process.exit(), 10);
});
`;

it('starts nothing when the stack stops while a service drains to be restarted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keel-services-'));
  const ports = { port: 0, adminPort: await findFreePort(), debugPort: 0 };
  const wiring = { dependsOn: [], calls: [], secrets: [], grants: [], scopes: [] };
  const service: Service = { name: 'demo', ...ports, ...wiring, restartPolicy: 'parallel' };
  const stack: Stack = { services: [service], backing: [], sidecars: [], checks: { port: 9070 }, observability: [] };
  const args = ['--eval', PROGRAM, String(ports.adminPort), folder];
  const services = createLocalServices({
    ...{
      stack,
      plain: true,
      log: { follow: () => {} } as unknown as MergedLog,
      onLaunched: () => undefined,
      onEnded: () => {},
    },
    commandFor: () => ({ args, env: {}, cwd: folder, hasRunner: false, patienceMs: 60_000 }),
  });
  onTestFinished(async () => {
    services.kill();
    await rm(folder, { recursive: true });
  });
  const ending = new AbortController();
  const bring = () => services.carryOut(planRestart(stack), '', { timeoutMs: 60_000, signal: ending.signal });
  expect(await bring()).toMatchObject({ ok: true });
  const { pid } = services.processes.get('demo') ?? {};

  const restarted = bring();
  await expect.poll(() => existsSync(join(folder, 'draining'))).toBe(true);
  ending.abort(new Error('Ctrl-C'));
  const stopped = services.stop();
  await writeFile(join(folder, 'drained'), '');
  await stopped;
  expect(await restarted).toMatchObject({ ok: false, failed: [{ message: 'Ctrl-C' }] });
  expect(services.processes.get('demo')?.pid).toBe(pid);
});
