import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker, run, type BuildArguments } from '@evenkeel/containers';

/** A kind of change whose cost is measured; `make` carries it out in a copy and returns build arguments it needs. */
export interface Change {
  readonly name: string;
  readonly make: (folder: string) => Promise<Readonly<Record<string, string>>>;
}

/** A package that nothing else needs and that needs nothing, added as a dependency. */
const addition = 'kleur@4.1.5';

/** From the cheapest to the most expensive. Each is made on top of those before it. */
export const changesTo = ({ NODE_IMAGE, DISTROLESS_IMAGE }: BuildArguments): readonly Change[] => [
  { name: 'nothing', make: () => Promise.resolve({}) },
  {
    name: 'configuration',
    make(folder) {
      writeFileSync(join(folder, '.env'), 'LOG_LEVEL=debug\n');
      return Promise.resolve({});
    },
  },
  { name: 'source of user-service', make: (folder) => addExport(folder, 'apps/user-service/src/user.ts') },
  { name: 'a lib of all services', make: (folder) => addExport(folder, 'libs/errors/src/index.ts') },
  {
    name: 'a dependency of user-service',
    async make(folder) {
      const workspace = join('apps', 'user-service');
      const args = ['install', addition, '--workspace', workspace, '--save-exact', '--package-lock-only'];
      await run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
      return {};
    },
  },
  {
    name: 'base images',
    make: async () => ({
      NODE_IMAGE: await changed(NODE_IMAGE, 'evenkeel-bench/node'),
      DISTROLESS_IMAGE: await changed(DISTROLESS_IMAGE, 'evenkeel-bench/distroless'),
    }),
  },
];

function addExport(folder: string, file: string): Promise<Readonly<Record<string, string>>> {
  appendFileSync(join(folder, file), `\nexport const measuredAt = ${Date.now()};\n`);
  return Promise.resolve({});
}

/** An image like `from` with one more file, as an update would be. */
async function changed(from: string, tag: string): Promise<string> {
  const input = `FROM scratch AS file\nCOPY package.json /updated-${Date.now()}\nFROM ${from}\nCOPY --from=file / /\n`;
  await docker(['build', '--quiet', '--tag', tag, '--file', '-', join(import.meta.dirname, '..', '..')], { input });
  return tag;
}
