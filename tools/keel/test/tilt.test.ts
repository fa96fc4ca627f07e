import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entry, keel, onPostgres, openPlace, ROOT, services } from './keel-process.ts';

const MINUTE = 60_000;

/** Runs Tilt to its end. Prints are gathered whatever becomes of it. */
function tilt(args: string[], env: NodeJS.ProcessEnv = process.env, cwd = ROOT): { code: number; output: string } {
  try {
    return { code: 0, output: execFileSync('tilt', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: `${stdout}${stderr}` };
  }
}

/** A configuration of kubectl whose current context has this name. Nothing answers there. */
const contextNamed = (name: string) => `apiVersion: v1
kind: Config
current-context: ${name}
contexts: [{ name: ${name}, context: { cluster: ${name}, user: me } }]
clusters: [{ name: ${name}, cluster: { server: 'https://192.0.2.1:6443' } }]
users: [{ name: me, user: {} }]
`;

const hasTilt = /^v0\./.test(tilt(['version']).output);

describe('keel tilt', () => {
  it('refuses an unknown runtime and an unknown service', async () => {
    const runtime = await keel(['tilt', '--runtime', 'compsoe'], process.env);
    expect(runtime).toMatchObject({ code: 2, output: expect.stringContaining('did you mean "compose"?') });
    const service = await keel(['tilt', onPostgres.replace('i', '')], process.env);
    expect(service).toMatchObject({ code: 1, output: expect.stringContaining(`did you mean "${onPostgres}"?`) });
  });

  it('refuses the observability stack in the runtime local, and says what to type', async () => {
    const { code, output } = await keel(['tilt', '--observability'], process.env);
    expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining('in containers') });
    expect(output).toContain('tilt up -- --runtime=compose --observability');
  });
});

describe('the Tiltfile', { timeout: 5 * MINUTE }, () => {
  beforeEach((context) => {
    if (hasTilt) return;
    if (process.env['REQUIRE_TILT']) throw new Error('tilt is not on the PATH');
    context.skip('tilt is not on the PATH');
  });

  /** What the Tiltfile declares, in a place of its own. */
  async function resultOf(...args: string[]) {
    await using place = await openPlace();
    const { code, output } = tilt(['alpha', 'tiltfile-result', ...args], place.env);
    expect(code, output).toBe(0);
    return JSON.parse(output) as {
      Manifests: { Name: string; ResourceDependencies?: string[] }[];
      EnabledManifests: string[];
    };
  }

  it('declares each part of the stack, and the order of its start', async () => {
    const { Manifests } = await resultOf();
    const byName = new Map(Manifests.map((each) => [each.Name, each]));
    const names = [...services.map(({ name }) => name), 'health', 'acceptance', 'coverage'];
    expect([...byName.keys()]).toEqual(expect.arrayContaining(names));
    for (const { name, dependsOn } of services)
      expect([name, byName.get(name)?.ResourceDependencies]).toEqual([name, dependsOn]);
  });

  it('enables what is asked for, with what it depends on', async () => {
    const { EnabledManifests } = await resultOf('--', onPostgres);
    expect(EnabledManifests.sort()).toEqual(['dependencies', 'health', 'postgres', onPostgres].sort());
  });

  it('loads whatever the current context of kubectl is', async () => {
    await using place = await openPlace();
    const config = join(place.stateDir, 'kubeconfig');
    await writeFile(config, contextNamed('production'));
    const { code, output } = tilt(['alpha', 'tiltfile-result'], { ...place.env, KUBECONFIG: config });
    expect(code, output).toBe(0);
  });

  describe('with another runtime', () => {
    const settings = join(ROOT, 'tilt_config.json');
    const saved = existsSync(settings) ? readFileSync(settings) : undefined;
    afterEach(() => (saved === undefined ? rm(settings, { force: true }) : writeFile(settings, saved)));

    /** What Tilt says of the Tiltfile when the current context has this name. */
    async function load(context: string) {
      await using place = await openPlace();
      const config = join(place.stateDir, 'kubeconfig');
      await writeFile(config, contextNamed(context));
      return tilt(['alpha', 'tiltfile-result', '--', '--runtime=k8s'], { ...place.env, KUBECONFIG: config });
    }

    it('has the observability stack in Compose when it is asked for, and from then on', async () => {
      const names = async (...flags: string[]) => (await resultOf('--', ...flags)).Manifests.map(({ Name }) => Name);
      const parts = ['collector', 'prometheus', 'blackbox', 'alertmanager', 'loki', 'tempo', 'grafana'];
      expect(await names('--runtime=compose')).not.toEqual(expect.arrayContaining(['collector']));
      expect(await names('--runtime=compose', '--observability')).toEqual(expect.arrayContaining(parts));
      expect(JSON.parse(readFileSync(settings, 'utf8'))).toMatchObject({ runtime: 'compose', observability: true });
      expect(await names()).toEqual(expect.arrayContaining(parts));
    });

    it("refuses a production cluster, and a local one that is not this clone's", async () => {
      expect(await load('production')).toMatchObject({ output: expect.stringContaining('Refusing to run') });
      expect(await load('kind-other')).toMatchObject({ output: expect.stringContaining('./keel cluster up') });
    });
  });

  it('is green under tilt ci only once the gateway serves, and leaves nothing behind', async () => {
    await using place = await openPlace();
    const { code, output } = tilt(['ci', '--web-mode=prod', '--port=0'], place.env);
    expect(code, output).toBe(0);
    expect(output).toMatch(new RegExp(`health │ \\[readiness probe: success\\] .*"${entry}":"ok"`));
    expect(output).toContain('SUCCESS');
    expect(await keel(['down'], place.env)).toMatchObject({ output: 'No stack is running in this clone.\n' });
  });

  it('is red under tilt ci when a service does not start, and shows what it said', async () => {
    await using place = await openPlace();
    const { code, output } = tilt(['ci', '--web-mode=prod', '--port=0'], { ...place.env, HOST: '192.0.2.1' });
    expect(code).toBe(1);
    expect(output).toContain('EADDRNOTAVAIL');
    expect(await keel(['down'], place.env)).toMatchObject({ output: 'No stack is running in this clone.\n' });
  });
});
