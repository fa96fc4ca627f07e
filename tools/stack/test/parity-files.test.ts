import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { scopeSchema } from '@evenkeel/contracts';
import { describe, expect, test } from 'vitest';
import { checkParity, parityProblems } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';
import { declaredStack } from '../src/read/read-stack.ts';
import type { Service, Stack } from '../src/stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const stack = await declaredStack(root);

test('the files of this repository are as services.yaml says', async () => {
  expect((await checkParity(root)).map(formatProblem)).toEqual([]);
});

test('the scopes that services grant are those of the contracts', () => {
  expect(stack.services.flatMap(({ grants }) => grants).toSorted()).toEqual(scopeSchema.options.toSorted());
});

describe('each thing that services.yaml says is found in docker-compose.dev.yml', async () => {
  const file = 'docker-compose.dev.yml';
  const text = await readFile(resolve(root, file), 'utf8');
  const withChange = (name: string, change: Partial<Service>): Stack => ({
    ...stack,
    services: stack.services.map((service) => (service.name === name ? { ...service, ...change } : service)),
  });
  const messages = (changed: Stack): string[] => parityProblems(changed, file, text).map(({ message }) => message);

  test.each(stack.services)('$name', ({ name, port, adminPort, debugPort, dependsOn, calls, secrets }) => {
    expect(messages(withChange(name, { port: port + 1 }))).toContainEqual(expect.stringContaining(String(port + 1)));
    expect(messages(withChange(name, { adminPort: adminPort + 1 }))).toContainEqual(
      expect.stringContaining(String(adminPort + 1)),
    );
    expect(messages(withChange(name, { debugPort: debugPort + 1 }))).toContainEqual(
      expect.stringContaining(String(debugPort + 1)),
    );
    expect(messages(withChange(name, { dependsOn: dependsOn.slice(1) }))).toContainEqual(
      expect.stringContaining(`${name} depends on ${dependsOn[0]}`),
    );
    expect(messages(withChange(name, { secrets: [] }))).toHaveLength(secrets.length);
    expect(messages(withChange(name, { calls: [...calls, 'postgres'], database: 'others' }))).toContainEqual(
      expect.stringMatching(/DATABASE_URL=.*\/others$/),
    );
    expect(messages(withChange(name, { name: 'renamed' }))).toContainEqual(
      expect.stringContaining('there is no service renamed'),
    );
  });

  test.each(stack.backing)('$name', ({ name }) => {
    const backing = stack.backing.map((each) => (each.name === name ? { ...each, image: 'other:1' } : each));
    expect(messages({ ...stack, backing })).toContainEqual(expect.stringContaining('not other:1'));
  });
});

describe('what is deleted from docker-compose.prod.yml and docker-compose.dev.yml is missed', async () => {
  const read = (file: string): Promise<string> => readFile(resolve(root, file), 'utf8');
  const production = await read('docker-compose.prod.yml');
  const development = await read('docker-compose.dev.yml');
  const lost = (file: string, text: string, part: RegExp): string[] => {
    expect(text).toMatch(part);
    return parityProblems(stack, file, text.replace(part, '')).map(({ message }) => message);
  };

  test.each(stack.services)('$name', ({ name, port, debugPort }) => {
    const block = new RegExp(`^  ${name}:\\n(?: {4}.*\\n)+`, 'm');
    expect(lost('docker-compose.prod.yml', production, block)).toContainEqual(
      expect.stringContaining(`${name} is missing`),
    );
    const ports = new RegExp(`(?<=^  ${name}:\\n(?: {4}.*\\n)+?) {4}ports:.*\\n`, 'm');
    expect(lost('docker-compose.prod.yml', production, ports)).toContainEqual(
      expect.stringContaining(`${name} keeps its ports`),
    );
    for (const [variable, value] of Object.entries({ PORT: port, HOT_RESTART_DEBUG_PORT: debugPort })) {
      expect(lost('docker-compose.dev.yml', development, new RegExp(`^ +${variable}: ${value}\\n`, 'm'))).toEqual([
        `${name} lacks its ${variable}=${value}`,
      ]);
    }
  });
});
