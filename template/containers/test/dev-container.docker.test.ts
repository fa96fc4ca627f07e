import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { copyClone } from '@evenkeel/clone';
import { docker } from '../src/engine/docker.ts';
import { run } from '../src/engine/run.ts';
import { needsEngine } from './engine.ts';
import { root } from '../src/compose/copied-stack.ts';

needsEngine();
const cli = ['exec', '--yes', '--', '@devcontainers/cli@0.89.0'];

/** The Dev Containers CLI comes from the package registry; the features come from one that fewer machines reach. */
const whyNoCli = await run('npm', [...cli, '--version'], { cwd: tmpdir(), timeoutMs: 120_000 }).then(
  () => undefined,
  () => 'the Dev Containers CLI cannot be had from the package registry',
);

it('prepares a clone in a Dev Container, where all tests pass that need no engine, the acceptance suite among them', async (context) => {
  if (whyNoCli !== undefined) context.skip(whyNoCli);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-dev-container-'));
  const label = `evenkeel.test=${process.pid}`;
  const override = join('.devcontainer', 'without-features.json');
  console.log(`using the override ${override}: the registry of the features and node:26-trixie may be out of reach`);
  const devcontainer = async (command: string, ...args: string[]): Promise<string> => {
    const place = ['--workspace-folder', folder, '--override-config', join(folder, override), '--id-label', label];
    const { stdout } = await run('npm', [...cli, command, ...place, ...args], { cwd: tmpdir(), timeoutMs: 1_200_000 });
    return stdout;
  };
  try {
    await copyClone(root, folder);
    // As root, the CLI cannot give the container's user our number.
    if (process.getuid?.() === 0) own(folder, 1000);
    expect(await devcontainer('up')).toContain('"outcome":"success"');

    // What a user opens is a repository; the copy is not one yet.
    await devcontainer('exec', 'git', 'init', '--quiet');
    const tested = await devcontainer('exec', './keel', 'test');
    expect(tested).toContain('acceptance suite');
    expect(tested).toMatch(/[1-9]\d* passed, 0 failed/);
  } finally {
    const { stdout } = await docker(['ps', '--all', '--quiet', '--filter', `label=${label}`]);
    for (const id of stdout.split('\n').filter(Boolean)) await docker(['rm', '--force', '--volumes', id]);
    const built = ['images', '--quiet', '--filter', `reference=vsc-${basename(folder).toLowerCase()}-*`];
    const images = new Set((await docker(built)).stdout.split('\n').filter(Boolean));
    if (images.size > 0) await docker(['rmi', '--force', ...images]);
    rmSync(folder, { recursive: true, force: true });
  }
}, 1_500_000);

function own(folder: string, id: number): void {
  chownSync(folder, id, id);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), id, id);
  }
}
