import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startService } from './service-process.ts';

/** A process that has printed that it runs, and what it does on SIGTERM. */
async function running(onTerm: string, patienceMs: number) {
  const program = `process.on('SIGTERM', () => { ${onTerm} }); setInterval(() => {}, 1000); console.log('runs');`;
  const command = { args: ['--eval', program], env: {}, cwd: process.cwd(), hasRunner: true, patienceMs };
  const service = startService(command);
  await once(service.output[0], 'data');
  return service;
}

it('waits for a service that stops slowly', async () => {
  const service = await running('setTimeout(() => process.exit(0), 200);', 60_000);
  await service.stop();
  expect(service.ending()).toBe('exit code 0');
});

it('kills one that takes longer than its limit', async () => {
  const service = await running('', 50);
  await service.stop();
  expect(service.ending()).toBe('SIGKILL');
});
