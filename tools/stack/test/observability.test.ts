import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { publishedVariables } from '../src/published-variables.ts';
import { declaredStack } from '../src/read/read-stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'infra/observability');
const stack = await declaredStack(root);
const read = (path: string): string => readFileSync(path, 'utf8');

interface Container {
  user?: string;
  ports?: string[];
  mem_limit?: string;
}
const composeFile = read(join(root, 'docker-compose.observability.yml'));
const composed = (text: string) => (parse(text, { merge: true }) as { services: Record<string, Container> }).services;
const isService = new Set(stack.services.map(({ name }) => name));
const parts = Object.entries(composed(composeFile)).filter(([name]) => !isService.has(name));

const linesIn = (text: string): number => text.split('\n').length - 1;
const MIB = 2 ** 20;
const mebibytes = (text = ''): number => Number(/^(\d+)m$/.exec(text)?.[1] ?? Number.NaN);

test('what is written by hand stays small enough to be read', () => {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  // The dashboards are made by a program.
  const files = paths.filter((path) => /\.\w+$/.test(path) && !path.startsWith('dashboards'));
  const byHand = files.filter((file) => !read(join(folder, file)).startsWith('# Written by ./keel generate'));
  expect(files.length - byHand.length).toBe(2);
  expect(byHand.length).toBeLessThanOrEqual(16);
  const lines = byHand.filter((file) => file.endsWith('.yaml')).map((file) => linesIn(read(join(folder, file))));
  expect(lines.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(700);
  expect(linesIn(composeFile)).toBeLessThanOrEqual(140);
});

describe('docker-compose.observability.yml', () => {
  test('takes at most 1.3 GB', () => {
    const limits = parts.map(([, { mem_limit }]) => mebibytes(mem_limit) * MIB);
    expect(limits).toHaveLength(7);
    expect(limits.reduce((sum, limit) => sum + limit)).toBeLessThanOrEqual(1_300_000_000);
  });

  test('hardens each container as docker-compose.dev.yml does', () => {
    const { 'x-container': hardened } = parse(read(join(root, 'docker-compose.dev.yml'))) as { 'x-container': object };
    expect(Object.keys(hardened)).toContain('read_only');
    for (const [, container] of parts) {
      expect(container).toMatchObject(hardened);
      expect(container.user).toMatch(/^[1-9]\d*:\d+$/);
    }
  });

  test('publishes the pages that services.yaml declares, and nothing else, on loopback', () => {
    const variables = new Map(publishedVariables(stack).map((each) => [each.service, each.variable]));
    const expected = stack.observability.map(({ name, port }) => [
      name,
      [`127.0.0.1:\${${variables.get(name)}:-${port}}:${port}`],
    ]);
    const published = parts.filter(([, { ports }]) => ports).map(([name, { ports }]) => [name, ports]);
    expect(expected.length).toBeGreaterThan(2);
    expect(Object.fromEntries(published)).toEqual(Object.fromEntries(expected));
  });

  test('waits for nothing, so that a part of it can be started', () => {
    expect(parts.filter(([, container]) => 'depends_on' in container)).toEqual([]);
  });
});

test('each alert says in a line each what is wrong and what to do', () => {
  const { groups } = parse(read(join(folder, 'alerts.yaml'))) as {
    groups: { rules: { alert: string; annotations: Record<string, string> }[] }[];
  };
  const alerts = groups.flatMap(({ rules }) => rules);
  expect(alerts.length).toBeGreaterThan(6);
  for (const { alert, annotations } of alerts)
    for (const name of ['summary', 'runbook'])
      expect([alert, annotations[name]]).toEqual([alert, expect.stringMatching(/^.+\.$/)]);
});
