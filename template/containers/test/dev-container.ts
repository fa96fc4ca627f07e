import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { copyClone } from '@evenkeel/clone';
import { expect } from 'vitest';
import { root } from '../src/compose/copied-stack.ts';
import { docker } from '../src/engine/docker.ts';
import { run } from '../src/engine/run.ts';

const cli = ['exec', '--yes', '--', '@devcontainers/cli@0.89.0'];

/** The Dev Containers CLI comes from the package registry; the features come from one that fewer machines reach. */
export const whyNoCli = await run('npm', [...cli, '--version'], { cwd: tmpdir(), timeoutMs: 120_000 }).then(
  () => undefined,
  () => 'the Dev Containers CLI is not available from the package registry',
);

/** A copy of this clone in a Dev Container without features, prepared as an editor does it. */
export interface DevContainer extends AsyncDisposable {
  /** Runs a command in the workspace and returns what it printed. Rejects when it fails. */
  exec(...command: string[]): Promise<string>;
}

export async function openDevContainer(): Promise<DevContainer> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-dev-container-'));
  const label = `evenkeel.test=${process.pid}`;
  const override = join('.devcontainer', 'without-features.json');
  console.log(`using the override ${override}: the registry of the features and node:26-trixie may be out of reach`);
  const devcontainer = async (command: string, ...args: string[]): Promise<string> => {
    const place = ['--workspace-folder', folder, '--override-config', join(folder, override), '--id-label', label];
    const { stdout } = await run('npm', [...cli, command, ...place, ...args], { cwd: tmpdir(), timeoutMs: 1_200_000 });
    return stdout;
  };
  const container: DevContainer = {
    exec: (...command) => devcontainer('exec', ...command),
    async [Symbol.asyncDispose]() {
      const { stdout } = await docker(['ps', '--all', '--quiet', '--filter', `label=${label}`]);
      for (const id of stdout.split('\n').filter(Boolean)) await docker(['rm', '--force', '--volumes', id]);
      const built = ['images', '--quiet', '--filter', `reference=vsc-${basename(folder).toLowerCase()}-*`];
      const images = new Set((await docker(built)).stdout.split('\n').filter(Boolean));
      if (images.size > 0) await docker(['rmi', '--force', ...images]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await copyClone(root, folder);
    // As root, the CLI cannot give the container's user our user id.
    if (process.getuid?.() === 0) own(folder, 1000);
    expect(await devcontainer('up')).toContain('"outcome":"success"');
    // What a user opens is a repository; the copy is not one yet.
    await container.exec('git', 'init', '--quiet');
    return container;
  } catch (error) {
    await container[Symbol.asyncDispose]();
    throw error;
  }
}

function own(folder: string, id: number): void {
  chownSync(folder, id, id);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), id, id);
  }
}
