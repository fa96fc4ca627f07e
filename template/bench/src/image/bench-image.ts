import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyClone } from '@evenkeel/clone';
import { buildArguments, docker, inspectImage, whyNoEngine, type BuildArguments } from '@evenkeel/containers';
import { declaredStack } from '@evenkeel/stack';
import { circumstances, publish, readCommandLine } from '../measurement.ts';
import { build, imageName, type Build, type Target } from './builds.ts';
import { changesTo } from './changes.ts';
import { summarize, tables, type Measured } from './report.ts';

const usage = 'keel bench image [--json FILE]';
const targets: readonly Target[] = ['dev', 'prod'];

/**
 * Measures what each kind of change costs: the time that the image of each service takes to build, the layers that are
 * reused, and what the images weigh. Prints tables, and writes the figures as JSON with `--json`. Returns the exit code.
 */
export async function benchImage(argv: string[]): Promise<number> {
  const options = { json: { type: 'string' } } as const;
  const values = readCommandLine(usage, () => parseArgs({ args: argv, options }).values);
  if (values === undefined) return 2;
  const reason = await whyNoEngine();
  if (reason !== undefined) {
    console.error(`Images cannot be measured: ${reason}.\n  fix: start Docker, then type ./keel bench image`);
    return 1;
  }
  const root = join(import.meta.dirname, '..', '..', '..', '..');
  const services = (await declaredStack(root)).services.map(({ name }) => name);

  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-image-'));
  try {
    // First: it may have to fetch them, and needs no measurement to fail.
    const given = await buildArguments(root);
    const bases = await baseSizes(given);
    await copyClone(root, folder);
    const report = summarize(await measure(folder, services, given), bases, circumstances());
    await publish(report, tables(report), values.json);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    const images = services.flatMap((service) => targets.map((target) => imageName(service, target)));
    await docker(['image', 'rm', '--force', ...images, 'evenkeel-bench/node', 'evenkeel-bench/distroless']);
  }
}

async function measure(folder: string, services: readonly string[], given: BuildArguments): Promise<Measured[]> {
  const measured: Measured[] = [];
  const last = new Map<string, Build>();
  let settings: Readonly<Record<string, string>> = given;
  for (const { name, make } of [{ name: 'first build', make: () => Promise.resolve({}) }, ...changesTo(given)]) {
    console.error(`measuring: ${name} …`);
    settings = { ...settings, ...(await make(folder)) };
    const builds: { before: Build | undefined; after: Build }[] = [];
    for (const target of targets) {
      for (const service of services) {
        const key = imageName(service, target);
        const after = await build(folder, service, target, settings);
        builds.push({ before: last.get(key), after });
        last.set(key, after);
      }
    }
    measured.push({ change: name, builds });
  }
  return measured;
}

async function baseSizes({ NODE_IMAGE, DISTROLESS_IMAGE }: BuildArguments): Promise<Record<Target, number>> {
  const [dev, prod] = [await inspectImage(NODE_IMAGE), await inspectImage(DISTROLESS_IMAGE)];
  return { dev: dev.Size / 1e6, prod: prod.Size / 1e6 };
}
