import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveHttp } from './server.ts';

const program = join(import.meta.dirname, '..', 'src', 'main.ts');

function run(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('the program', () => {
  it('exits 2 on wrong usage and shows how it is used', async () => {
    const { code, err } = await run(['--base']);
    expect(code).toBe(2);
    expect(err).toContain('Usage: npm run acceptance');
  });

  it('exits 1 where nothing responds and says what to do', async () => {
    const server = await serveHttp(() => undefined);
    await server[Symbol.asyncDispose]();
    const { code, err } = await run(['--base-url', server.baseUrl.origin]);
    expect(code).toBe(1);
    expect(err).toContain('Start one with npm start');
  });

  it('connects as a browser would, which never opens some ports', async () => {
    const { code, err } = await run(['--base-url', 'http://127.0.0.1:10080']);
    expect(code).toBe(1);
    expect(err).toContain('no browser opens port 10080');
  });

  it('fails every check against a server that refuses everything, and reports it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'acceptance-'));
    const json = join(folder, 'results.json');
    await using server = await serveHttp((_request, response) => void response.writeHead(500).end('no'));
    const { code, out } = await run(['--base-url', server.baseUrl.origin, '--json', json]);
    const written = JSON.parse(readFileSync(json, 'utf8')) as { passed: number; failed: number; skipped: number };
    rmSync(folder, { recursive: true });
    expect(code).toBe(1);
    expect(out).toContain('✗ no request made the stack fail (no 5xx)');
    const { passed, failed, skipped } = written;
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`,
    );
    // Only that no account is left behind, and that no software is named, holds for such a server as well.
    expect(out.match(/✓ .*/g)).toEqual(
      ['✓ no response names the software behind it (', '✓ all accounts of this run are deleted (0 accounts)'].map(
        (line) => expect.stringContaining(line) as string,
      ),
    );
    expect(failed).toBeGreaterThan(60);
  });
});
