import type { Service, Stack } from '@evenkeel/stack';
import { describe, expect, it } from 'vitest';
import { tiltPlan } from './tilt-plan.ts';

const service = (name: string, port: number, more: Partial<Service> = {}): Service => ({
  ...{ name, port, adminPort: port + 1000, debugPort: port + 2000 },
  ...{ dependsOn: [], calls: [], restartPolicy: 'parallel', secrets: [], grants: [], scopes: [], ...more },
});
const stack: Stack = {
  services: [
    service('web', 8000, { dependsOn: ['accounts'], calls: ['redis'] }),
    service('accounts', 8001, { dependsOn: ['postgres'], restartPolicy: 'serial' }),
    service('mail', 8002, { dependsOn: ['redis'], calls: ['web'] }),
  ],
  backing: ['postgres', 'redis'].map((name, index) => ({ name, image: `${name}:1`, port: 5000 + index })),
  sidecars: [{ name: 'watcher', image: 'example/watcher', metricsPort: 9102 }],
  checks: { port: 9999 },
  observability: [],
};
const around = { stateDir: '/clone/.keel', variable: () => undefined };

describe('tiltPlan', () => {
  it('has every service and store, and what each waits for', () => {
    const plan = tiltPlan(stack, 'local', [], around);
    expect(plan.stores).toEqual([
      { name: 'postgres', ready_file: '/clone/.keel/serve-postgres.pid' },
      { name: 'redis', ready_file: '/clone/.keel/serve-redis.pid' },
    ]);
    expect(plan.services.map(({ name, starts_after }) => [name, starts_after])).toEqual([
      ['web', ['accounts']],
      ['accounts', ['postgres']],
      ['mail', ['redis']],
    ]);
    expect(plan.enabled).toEqual([]);
    expect(plan.environment).toEqual({});
  });

  it.each([
    [['accounts'], ['accounts', 'postgres']],
    [['web'], ['web', 'accounts', 'postgres']],
    [
      ['redis', 'mail'],
      ['redis', 'mail'],
    ],
  ])('enables %j with all that it depends on', (names, enabled) => {
    expect(tiltPlan(stack, 'local', names, around).enabled).toEqual(enabled);
  });

  it('starts serial services one after the other, as far as they are enabled', () => {
    const serial = stack.services.map((each): Service => ({ ...each, restartPolicy: 'serial' }));
    const turns = (names: string[]) =>
      tiltPlan({ ...stack, services: serial }, 'local', names, around).services.map((each) => each.starts_after);
    expect(turns([])).toEqual([['accounts', 'mail'], ['postgres'], ['redis', 'accounts']]);
    expect(turns(['mail'])).toEqual([['accounts'], ['postgres'], ['redis']]);
  });

  it('refuses a name that nothing has', () => {
    expect(() => tiltPlan(stack, 'local', ['acounts'], around)).toThrow('did you mean "accounts"?');
  });

  it('links to the admin port of each service, with texts that Tilt does not cut', () => {
    const links = tiltPlan(stack, 'local', [], around).services.flatMap((each) => each.links);
    expect(links[0]).toEqual(['http://127.0.0.1:9000/docs', 'API']);
    expect(links.every(([, text]) => text.length <= 7)).toBe(true);
  });

  it('follows in Compose what the variables of its file say, and sets all of them', () => {
    const variables: Record<string, string> = { WEB_ADMIN_PORT: '7000', MAIL_DEBUG_PORT: 'none', ACCOUNTS_PORT: '1' };
    const plan = tiltPlan(stack, 'compose', [], { ...around, variable: (name) => variables[name] });
    expect(plan.services[0]).toMatchObject({ admin_port: 7000, links: expect.arrayContaining([expect.anything()]) });
    expect(plan.environment).toEqual({
      // Mail calls web, and nothing calls mail.
      ...{ WEB_ADMIN_PORT: '7000', WEB_DEBUG_PORT: '10000' },
      ...{ ACCOUNTS_ADMIN_PORT: '9001', ACCOUNTS_DEBUG_PORT: '10001' },
      ...{ MAIL_PORT: '8002', MAIL_ADMIN_PORT: '9002', MAIL_DEBUG_PORT: '10002' },
    });
  });

  it('has the pages of the observability stack when it was asked for, where they are published or forwarded', () => {
    const withPages = { ...stack, observability: [{ name: 'charts', port: 3100 }] };
    const pagesOf = (runtime: 'compose' | 'k8s', more: object) =>
      tiltPlan(withPages, runtime, [], { ...around, ...more }).observability;
    expect(pagesOf('compose', {})).toEqual([]);
    expect(pagesOf('compose', { observability: true, variable: () => '4000' })).toMatchObject([
      { name: 'charts', links: [['http://127.0.0.1:4000/', 'page']] },
    ]);
    const cluster = { context: 'kind-clone', packages: { packages: [] }, portOffset: 100 };
    expect(pagesOf('k8s', { observability: true, cluster })).toEqual([
      { name: 'charts', links: [['http://127.0.0.1:3100/', 'page']], forward: [3100, 3000] },
    ]);
  });

  it('asks the entrance of the stack for what the API promises', () => {
    expect(tiltPlan(stack, 'local', [], around).acceptance).toEqual([
      './keel',
      'acceptance',
      '--base-url',
      'http://127.0.0.1:8002',
    ]);
    expect(tiltPlan(stack, 'compose', [], around).acceptance.slice(-3)).toEqual([
      'acceptance',
      '--base-url',
      'http://127.0.0.1:8002',
    ]);
  });

  it('forwards the ports of operators and debuggers to pods, and builds images from the packages a service needs', () => {
    const app = (name: string, dependencies: string[] = []) => ({
      name,
      folder: name,
      dependencies,
      devDependencies: [],
      tags: [],
    });
    const packages = {
      packages: [
        app('apps/watcher'),
        app('apps/web', ['libs/http']),
        app('libs/http'),
        app('libs/mail'),
        app('tools/images'),
      ],
    };
    const moved = { ...stack, services: stack.services.map((each) => ({ ...each, adminPort: each.adminPort + 100 })) };
    const variables: Record<string, string> = { REGISTRY: 'mirror.example/' };
    const plan = tiltPlan(moved, 'k8s', [], {
      ...{ stateDir: '/clone/.keel', variable: (name: string) => variables[name] },
      cluster: { context: 'kind-clone', packages, portOffset: 100 },
    });
    expect(plan.cluster).toEqual({
      context: 'kind-clone',
      namespace: 'evenkeel-dev',
      build_args: { REGISTRY: 'mirror.example/' },
      npmrc: 'infra/docker/npmrc',
    });
    expect(plan.sidecars).toEqual([
      {
        name: 'watcher',
        image: 'example/watcher',
        built_from: expect.arrayContaining(['apps/watcher', 'tools/images']),
      },
    ]);
    expect(plan.services[0]?.pod).toEqual({
      forwards: [
        [9100, 9000],
        [10_000, 9900],
      ],
      image: {
        sync: ['apps/web', 'libs/http'],
        rebuild: [
          'package.json',
          'package-lock.json',
          'apps/web/package.json',
          'libs/http/package.json',
          'tools/images',
        ],
      },
    });
  });
});
