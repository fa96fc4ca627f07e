import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { GatewayReport } from '../src/gateway/report.ts';

const program = join(import.meta.dirname, '../src/main.ts');

it('measures the gateway beside a bare proxy, and no request fails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-test-'));
  try {
    const json = join(folder, 'report.json');
    const options = ['--only', 'gateway', '--rounds', '1', '--seconds', '0.1', '--json', json];
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'gateway', ...options]);
    expect(stdout).toMatch(/^\| bare \| .*\n\| gateway \| /m);
    const { results } = JSON.parse(await readFile(json, 'utf8')) as GatewayReport;
    expect(results.map(({ name, failed }) => [name, failed])).toEqual([
      ['bare', 0],
      ['gateway', 0],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
