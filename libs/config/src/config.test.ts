import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultFile, formatProblems, createLiveConfig, readConfig, reloadable, secret } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function file(text: string): string {
  const path = join(folder, `f${String(files++)}`);
  writeFileSync(path, text);
  return path;
}

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65535).default(8080),
  LOG_LEVEL: reloadable(z.enum(['debug', 'info', 'warn']).default('info')),
  PASSWORD: secret(z.string().min(8)),
});

describe('readConfig', () => {
  it('takes the environment before NAME_FILE before CONFIG_DIR before ENV_FILE', () => {
    writeFileSync(join(folder, 'LOG_LEVEL'), 'debug\n');
    const ENV_FILE = file('PORT=1\nPASSWORD="from dotenv" # why\nLOG_LEVEL=warn\n');
    const env = { PORT: '3', PASSWORD_FILE: file('from the file\n'), CONFIG_DIR: folder, ENV_FILE };
    expect(readConfig(schema, env)).toEqual({
      ok: true,
      value: { PORT: 3, LOG_LEVEL: 'debug', PASSWORD: 'from the file' },
    });
    expect(readConfig(schema, { ENV_FILE })).toMatchObject({ value: { PORT: 1, PASSWORD: 'from dotenv' } });
  });

  it('reports all mistakes at once with file, line and variable, and shows no secret', () => {
    const ENV_FILE = file('# ours\nLOG_LEVEL=loud\nPASSWORD=hunter2\n\nPORT=70000\n');
    const result = readConfig(schema, { ENV_FILE });
    const text = result.ok ? '' : formatProblems(result.problems);
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain(`${ENV_FILE}:2: LOG_LEVEL: `);
    expect(text).toContain('(found "loud")');
    expect(text).toContain(`${ENV_FILE}:3: PASSWORD: `);
    expect(text).toContain(`${ENV_FILE}:5: PORT: `);
    expect(text).not.toContain('hunter2');
  });

  it('takes a default from a file, and reports the line of a mistake inside a document', () => {
    const list = z.string().superRefine((text, context) => {
      for (const [index, line] of text.split('\n').entries()) {
        if (line === 'bad') context.addIssue({ code: 'custom', message: 'no good', params: { line: index + 1 } });
      }
    });
    const path = file('one\nbad\n');
    const document = z.object({ LIST: defaultFile(path, list) });
    const problems = (env: Record<string, string>) => {
      const result = readConfig(document, env);
      return result.ok ? '' : formatProblems(result.problems);
    };
    expect(problems({})).toBe(`${path}:2: LIST: no good`);
    expect(problems({ LIST: 'one\ntwo\nbad' })).toBe('LIST: line 3: no good');
    expect(readConfig(document, { LIST: 'one' })).toMatchObject({ ok: true, value: { LIST: 'one' } });
  });

  it('reports what is missing, which file cannot be read and which line is not an assignment', () => {
    const missing = readConfig(schema, { PORT_FILE: join(folder, 'nowhere') });
    const text = missing.ok ? '' : formatProblems(missing.problems);
    expect(text).toContain('PASSWORD: is missing');
    expect(text).toContain('cannot be read (ENOENT)');
    const broken = readConfig(schema, { ENV_FILE: file('PORT 80\n') });
    expect(broken.ok ? '' : formatProblems(broken.problems)).toContain(':1: ENV_FILE: expected NAME=value');
  });

  it('reports lines that are not assignments among all other mistakes, without their content', () => {
    const ENV_FILE = file('LOG_LEVEL=loud\nPASSWORD={\n  "d": "hunter2"\n}\nPORT=70000\n');
    const result = readConfig(schema, { ENV_FILE });
    const text = result.ok ? '' : formatProblems(result.problems);
    for (const line of [1, 2, 3, 4, 5]) expect(text).toContain(`${ENV_FILE}:${String(line)}: `);
    expect(text.split('\n')).toHaveLength(5);
    expect(text).not.toContain('hunter2');
  });

  it('reports the first 100 mistakes, and how many there are in all', () => {
    const report = (lines: number) => {
      const result = readConfig(z.object({}), { ENV_FILE: file('no assignment\n'.repeat(lines)) });
      return result.ok ? [] : formatProblems(result.problems).split('\n');
    };
    expect(report(100)).toHaveLength(100);
    expect(report(5_000)).toHaveLength(101);
    expect(report(5_000).at(-1)).toBe('and 4900 more mistakes');
  });

  it('refuses what cannot be configuration: not a file, too large, or not text', () => {
    const text = (value: string | Buffer) => {
      const path = file('');
      writeFileSync(path, value);
      return path;
    };
    const huge = file('');
    truncateSync(huge, 100 * 1024 * 1024);
    const document = z.object({ TEXT: z.string() });
    const problemWith = (path: string) => {
      const result = readConfig(document, { TEXT_FILE: path });
      return result.ok ? 'none' : formatProblems(result.problems).replace(path, 'PATH');
    };
    expect(problemWith(folder)).toBe('PATH: TEXT: is not a regular file; TEXT_FILE names it');
    expect(problemWith(huge)).toBe('PATH: TEXT: has 104857600 bytes, more than 1048576; TEXT_FILE names it');
    expect(problemWith(text('one\ntwo\0\n'))).toBe('PATH:2: TEXT: is not text; TEXT_FILE names it');
    expect(problemWith(text(Buffer.from('one\n\n\xe9t\xe9\n', 'latin1')))).toBe(
      'PATH:3: TEXT: is not text; TEXT_FILE names it',
    );
    expect(problemWith(text('\ufffd été\n'))).toBe('none');
    expect(problemWith(text('x'.repeat(1024 * 1024)))).toBe('none');
    const dotenv = readConfig(document, { ENV_FILE: huge });
    expect(dotenv.ok ? '' : formatProblems(dotenv.problems)).toBe(
      `${huge}: ENV_FILE: has 104857600 bytes, more than 1048576`,
    );
  });

  it('reports a folder that does not exist, once for all that might be in it', () => {
    const nowhere = join(folder, 'nowhere');
    const result = readConfig(schema, { CONFIG_DIR: nowhere });
    expect(result.ok ? '' : formatProblems(result.problems)).toBe(`${nowhere}: CONFIG_DIR: cannot be read (ENOENT)`);
    const noFolder = readConfig(schema, { CONFIG_DIR: file('') });
    expect(noFolder.ok ? '' : formatProblems(noFolder.problems)).toMatch(/: CONFIG_DIR: is not a folder$/);
    expect(readConfig(schema, { CONFIG_DIR: '', PASSWORD: 'long enough' })).toMatchObject({ ok: true });
  });
});

describe('createLiveConfig', () => {
  function start(now?: () => Date) {
    const ENV_FILE = file('LOG_LEVEL=info\nPASSWORD=long enough\nPORT=1\n');
    const env = { ENV_FILE };
    const result = readConfig(schema, env);
    if (!result.ok) throw new Error(formatProblems(result.problems));
    return { path: ENV_FILE, config: createLiveConfig(schema, env, result.value, now) };
  }

  it('names what has changed but is only read at the start, until it is as it was', () => {
    const { path, config } = start();
    expect(config.state).not.toHaveProperty('restart_required');
    writeFileSync(path, 'LOG_LEVEL=warn\nPASSWORD=another one\nPORT=2\n');
    expect(config.reload()).toBe(true);
    expect(config.state.restart_required).toEqual(['PORT', 'PASSWORD']);
    writeFileSync(path, 'LOG_LEVEL=loud\nPASSWORD=long enough\nPORT=1\n');
    expect(config.reload()).toBe(false);
    expect(config.state.restart_required).toEqual(['PORT', 'PASSWORD']);
    writeFileSync(path, 'PASSWORD=long enough\nPORT=01\n');
    expect(config.reload()).toBe(true);
    expect(config.state).not.toHaveProperty('restart_required');
  });

  it('says when it was loaded, and when a reload was refused', () => {
    let minute = 0;
    const { path, config } = start(() => new Date(Date.UTC(2026, 0, 1, 0, minute++)));
    const loaded_at = '2026-01-01T00:00:00.000Z';
    expect(config.state).toEqual({ version: expect.any(String) as string, loaded_at });
    writeFileSync(path, 'LOG_LEVEL=loud\nPASSWORD=long enough\n');
    for (const refused_at of ['2026-01-01T00:01:00.000Z', '2026-01-01T00:02:00.000Z']) {
      config.reload();
      expect(config.state).toMatchObject({
        loaded_at,
        refused_at,
        error: expect.stringContaining('LOG_LEVEL') as string,
      });
    }
    writeFileSync(path, 'PASSWORD=long enough\nPORT=1\n');
    config.reload();
    expect(config.state).toEqual({ version: expect.any(String) as string, loaded_at: '2026-01-01T00:03:00.000Z' });
  });

  it('swaps in what is reloadable and only that', () => {
    const { path, config } = start();
    const before = config.state.version;
    writeFileSync(path, 'LOG_LEVEL=warn\nPASSWORD=another one\nPORT=2\n');
    expect(config.reload()).toBe(true);
    expect(config.current).toEqual({ LOG_LEVEL: 'warn', PASSWORD: 'long enough', PORT: 1 });
    expect(config.state.version).not.toBe(before);
    expect(config.state.error).toBeUndefined();
  });

  it('keeps the last good value when the new one is invalid, reports it, and recovers', () => {
    const { path, config } = start();
    const { current } = config;
    writeFileSync(path, 'LOG_LEVEL=loud\nPASSWORD=long enough\n');
    expect(config.reload()).toBe(false);
    expect(config.current).toBe(current);
    expect(config.state.error).toContain('LOG_LEVEL');
    writeFileSync(path, 'LOG_LEVEL=warn\nPASSWORD=long enough\n');
    expect(config.reload()).toBe(true);
    expect(config.state.error).toBeUndefined();
  });

  it('is refused when reading it fails in an unexpected way', () => {
    let fails = false;
    const fragile = z.object({
      TEXT: reloadable(
        z.string().transform((text) => {
          if (fails) throw new RangeError('too deep');
          return text;
        }),
      ),
    });
    const config = createLiveConfig(fragile, { TEXT: 'a' }, { TEXT: 'a' });
    fails = true;
    expect(config.reload()).toBe(false);
    expect(config.state.error).toBe('too deep');
  });

  it('is refused as a whole by a listener that cannot use it', () => {
    const { path, config } = start();
    const seen: string[] = [];
    config.onReload((value) => void seen.push(value.LOG_LEVEL));
    config.onReload((value) => {
      if (value.LOG_LEVEL === 'warn') throw new Error('no room for warnings');
    });
    writeFileSync(path, 'LOG_LEVEL=warn\nPASSWORD=long enough\n');
    expect(config.reload()).toBe(false);
    expect(config.state.error).toBe('no room for warnings');
    expect(seen).toEqual(['warn', 'info']);
  });
});
