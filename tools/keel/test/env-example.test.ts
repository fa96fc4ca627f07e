import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { marksOf, readDotenv, type ConfigSchema } from '@evenkeel/config';
import type { z } from 'zod';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const example = readFileSync(join(root, '.env.example'), 'utf8');
const documented = everyLineInForce(example);
const fields = await loadFields();
const inCompose = readComposeDefaults();

describe('.env.example', () => {
  it('documents every variable that Compose or ./keel cluster reads, or that is neither a secret nor set from services.yaml', () => {
    const isWired = (name: string): boolean => /^(ADMIN_)?PORT$|_URL$/.test(name);
    const ordinary = [...fields].filter(([name, field]) => {
      const { secret, defaultFile } = marksOf(field);
      return !secret && defaultFile === undefined && !isWired(name);
    });
    // Compose's own, which no file of ours names, and what ./keel cluster reads.
    const others = ['COMPOSE_PROJECT_NAME', 'KIND_NODE_IMAGE', 'REGISTRY_IMAGE'];
    const expected = new Set([...ordinary.map(([name]) => name), ...inCompose.keys(), ...others]);
    expect([...documented.keys()].sort()).toEqual([...expected].sort());
  });

  it('tells of the files that stand for what is too long for a line', () => {
    const files = [...fields].filter(([, field]) => marksOf(field).defaultFile !== undefined).map(([name]) => name);
    expect(files).toContain('ROUTES');
    for (const name of files) expect(example).toContain(`${name}_FILE`);
  });

  it.each([...documented])('shows for %s a value that is valid, and the default if there is one', (name, value) => {
    const defaults = inCompose.get(name);
    if (defaults !== undefined) expect(defaults).toContain(value);
    const field = fields.get(name);
    if (field === undefined) return;
    const byDefault = field.safeParse(undefined).data;
    // An empty value counts as none.
    const shown = field.safeParse(value === '' ? undefined : value);
    expect(shown.error?.issues).toBeUndefined();
    if (byDefault !== undefined) expect(shown.data).toEqual(byDefault);
  });

  it('is a dotenv file that changes nothing until a line is put in force', () => {
    expect(read(example)).toEqual(new Map());
  });
});

/** The assignments of a dotenv file whose lines all have lost their `#`. */
function everyLineInForce(text: string): Map<string, string> {
  const names = [...text.matchAll(/^# ([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
  const set = read(text.replace(/^# (?=[A-Z][A-Z0-9_]*=)/gm, ''));
  return new Map(names.map((name) => [name, set.get(name) ?? '']));
}

function read(text: string): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'env-example-'));
  const path = join(folder, '.env');
  writeFileSync(path, text);
  const settings = readDotenv(path);
  rmSync(folder, { recursive: true });
  return new Map([...settings].map(([name, { value }]) => [name, value]));
}

/** The variables of the Compose files with their defaults, as `${NAME:-default}`; a mirror is part of no default. */
function readComposeDefaults(): Map<string, string[]> {
  const defaults = new Map<string, string[]>();
  for (const file of readdirSync(root).filter((name) => /^docker-compose.*\.yml$/.test(name))) {
    const text = readFileSync(join(root, file), 'utf8').replace(/^ *#.*$/gm, '');
    const bare = text.replaceAll('${REGISTRY:-}', '');
    if (bare !== text) defaults.set('REGISTRY', ['']);
    for (const [, name = '', value = ''] of bare.matchAll(/\$\{([A-Z][A-Z0-9_]*):-([^{}]*)\}/g)) {
      defaults.set(name, [...(defaults.get(name) ?? []), value]);
    }
  }
  return defaults;
}

/** Every variable of every service; a sidecar has none. An app is never imported by name, but its configuration is there to be read. */
async function loadFields(): Promise<Map<string, z.ZodType>> {
  const all = new Map<string, z.ZodType>();
  for (const file of globSync('apps/*/src/config.ts', { cwd: root })) {
    const path = pathToFileURL(join(root, file)).href;
    const { configSchema } = (await import(path)) as { configSchema: ConfigSchema };
    for (const [name, field] of Object.entries(configSchema.shape)) all.set(name, field as z.ZodType);
  }
  return all;
}
