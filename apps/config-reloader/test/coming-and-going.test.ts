import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createScene, startReloader } from './scene.ts';

it('started after its service, applies what changed while it was away', async () => {
  const { startService, startReloader, file, inForce } = await createScene();
  startService();
  await expect.poll(inForce).toBe('one');
  writeFileSync(file, 'two');
  await startReloader();
  await expect.poll(inForce).toBe('two');
});

it('killed, leaves the service as it is; its successor applies the next change', async () => {
  const { startService, startReloader, file, inForce } = await createScene();
  startService();
  const reloader = await startReloader();
  await expect.poll(() => reloader.lines(/applied/)).toHaveLength(1);
  reloader.child.kill('SIGKILL');
  await reloader.exited;
  writeFileSync(file, 'two');
  expect(await inForce()).toBe('one');
  await startReloader();
  await expect.poll(inForce).toBe('two');
});

it('waits for a service that is not there yet, or away, and gives each reason once', async () => {
  const { startService, startReloader, file, pidFile } = await createScene();
  const reloader = await startReloader();
  const reasons = () => reloader.lines(/cannot signal/).map(({ reason }) => reason);
  await expect.poll(reasons).toEqual([`${pidFile} does not exist or holds no process number`]);
  const unreachable = 'config_reloader_unreachable{service="demo",reason="no_process"}';
  expect(await reloader.get('/metrics')).toContain(`${unreachable} 1\n`);
  const service = startService();
  await expect.poll(() => reloader.lines(/applied/)).toHaveLength(1);
  expect(await reloader.get('/metrics')).toContain(`${unreachable} 0\n`);

  // One more if the service was not listening yet when it was found.
  const before = reasons().length;
  expect(before).toBeLessThanOrEqual(2);
  service.child.kill('SIGKILL');
  await service.exited;
  writeFileSync(file, 'two');
  await expect.poll(reasons).toHaveLength(before + 1);
  expect(reasons().at(-1)).toMatch(/^no status from http/);
  startService();
  await expect.poll(() => reloader.lines(/applied/).at(-1)).toMatchObject({ config: 'two' });
  expect(reasons()).toHaveLength(before + 1);
});

it('never signals a service that does not respond yet: it would end by the signal', async () => {
  const { startService, startReloader, folder, file, inForce, signals } = await createScene();
  const begin = join(folder, 'begin');
  const service = startService([begin]);
  const reloader = await startReloader();
  await expect
    .poll(() => reloader.lines(/cannot signal/))
    .toMatchObject([{ reason: expect.stringMatching(/^no status/) }]);
  writeFileSync(file, 'two');
  writeFileSync(begin, '');
  await expect.poll(inForce).toBe('two');
  expect(await signals()).toBe(1);
  expect(service.child.exitCode ?? service.child.signalCode).toBeNull();
});

it('follows several services, each on its own', async () => {
  const [one, two] = [await createScene(), await createScene()];
  one.startService();
  await expect.poll(one.inForce).toBe('one');
  const reloader = await startReloader(
    [one, two].flatMap(({ config, pidFile, healthz }, index) => [
      ...['--service', `demo-${String(index)}`, '--watch', config, '--pid-file', pidFile, '--healthz', healthz],
    ]),
  );
  await expect.poll(() => reloader.lines(/applied/)).toMatchObject([{ target: 'demo-0' }]);
  await expect.poll(() => reloader.lines(/cannot signal/)).toMatchObject([{ target: 'demo-1' }]);
  two.startService();
  await expect.poll(() => reloader.lines(/applied/).at(-1)).toMatchObject({ target: 'demo-1' });
});

it('serves its operators, and exits 0 at once on SIGTERM', async () => {
  const reloader = await (await createScene()).startReloader();
  await expect.poll(() => reloader.lines(/^ready$/)).toHaveLength(1);
  expect(await reloader.get('/livez')).toBe('{"status":"ok"}');
  expect(await reloader.get('/metrics')).toMatch(/^# TYPE config_reloader_reloads_total counter$/m);
  reloader.child.kill('SIGTERM');
  expect(await reloader.exited).toBe(0);
});

it('exits 2 with all mistakes of its command line, and 1 when its port is taken', async () => {
  const wrong = await startReloader(['--service', 'demo', '--wach', 'x']);
  expect(await wrong.exited).toBe(2);
  for (const mistake of [
    'unknown option --wach',
    'at least one --watch',
    'one of --pid-file',
    '--healthz is required',
  ]) {
    expect(wrong.output()).toContain(mistake);
  }
  const { startService, port, pidFile, healthz, config } = await createScene();
  startService();
  await expect
    .poll(() =>
      fetch(healthz).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  const args = ['--service', 'demo', '--watch', config, '--pid-file', pidFile, '--healthz', healthz, '--port', port];
  const second = await startReloader(args);
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain('EADDRINUSE');
});
