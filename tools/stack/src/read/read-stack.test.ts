import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../problem.ts';
import { loadStack, readStack } from './read-stack.ts';

function mistakes(text: string): string[] {
  const result = readStack(text);
  return result.ok ? [] : result.problems.map(formatProblem);
}

const service = (ports: string, rest = ''): string => {
  const [port, admin, debug] = ports.split(' ');
  return `{ port: ${port}, admin_port: ${admin}, debug_port: ${debug}${rest} }`;
};

const databaseRule =
  'lower-case letters, digits and underscores, no digit first, at most 63, and not postgres, template0 or template1';

describe('readStack', () => {
  test('reads the shipped declaration', async () => {
    const result = readStack(await readFile(new URL('../../../../services.yaml', import.meta.url), 'utf8'));
    expect(result).toMatchObject({ ok: true });
  });

  test('reads all that is declared of a service', () => {
    const result = readStack(`services:
  shop: ${service('8082 9082 9231', ", grants: ['people:read']")}
  jobs:
    port: 8081
    admin_port: 9081
    debug_port: 9230
    depends_on: [redis]
    calls: [shop]
    restart_policy: serial
    secrets: [signing_keys, service_client_secret]
    grants: ['jobs:end']
    scopes: ['people:read']
    no_contract: { shop: 'a prototype' }
backing:
  redis: { image: 'redis:8', port: 6379 }
`);
    expect(result.ok && result.stack.services[1]).toEqual({
      name: 'jobs',
      port: 8081,
      adminPort: 9081,
      debugPort: 9230,
      dependsOn: ['redis'],
      calls: ['shop'],
      restartPolicy: 'serial',
      secrets: ['signing_keys', 'service_client_secret'],
      grants: ['jobs:end'],
      scopes: ['people:read'],
      noContract: { shop: 'a prototype' },
    });
  });

  test('calls may form a cycle, and depends_on, calls and restart_policy may be left out', () => {
    const result = readStack(`services:
  a: ${service('81 82 83', ', calls: [b]')}
  b: ${service('84 85 86', ', calls: [a]')}
`);
    expect(result.ok && result.stack.services[0]).toMatchObject({ dependsOn: [], restartPolicy: 'parallel' });
    expect(result.ok && result.stack.backing).toEqual([]);
  });

  test('reports every mistake of a file at once, each at its line', () => {
    expect(
      mistakes(`services:
  web:
    prot: 8080
    admin_port: high
    debug_port: 70000
    restart_policy: fast
    depends_on: [api, nope]
  api: ${service('8081 9081 9231', ', depends_on: [web, web]')}
  bad_name: null
backing:
  api: { image: '', port: 9081 }
extra: 1
`),
    ).toEqual([
      'services.yaml:3: unknown key "prot" in services.web, did you mean "port"?',
      'services.yaml:4: services.web.admin_port must be a whole number, not "high"',
      'services.yaml:5: services.web.debug_port must be between 1 and 65535, not 70000',
      'services.yaml:6: services.web.restart_policy must be parallel or serial, not "fast"',
      'services.yaml:7: web.depends_on names "nope", which is neither a service nor in backing; known: web, api, bad_name',
      'services.yaml:8: api.depends_on lists "web" twice',
      'services.yaml:8: depends_on has a cycle: web → api → web',
      'services.yaml:9: services.bad_name must be a map, not null',
      'services.yaml:9: the name "bad_name" must be lower-case letters, digits and hyphens, a letter first, at most 63',
      'services.yaml:11: backing.api.image must not be empty',
      'services.yaml:11: backing "api" has the name of the service on line 8',
      "services.yaml:11: api's port 9081 clashes with api's admin_port on line 8",
      'services.yaml:12: unknown key "extra"; known here: services, backing, sidecars, checks, observability',
    ]);
  });

  test('a port of a service that no browser opens is reported, and one of a store may be so', () => {
    expect(
      mistakes(
        `services:\n  web: ${service('6000 10080 10081')}\nbacking:\n  redis: { image: r, port: 6379 }\n  x: { image: x, port: 6666 }\n`,
      ),
    ).toEqual([
      `services.yaml:2: web's port 6000 is one that browsers refuse to open (Fetch standard, "Port blocking")`,
      `services.yaml:2: web's admin_port 10080 is one that browsers refuse to open (Fetch standard, "Port blocking")`,
    ]);
  });

  test('a reason for no contract is for a service that is relied on', () => {
    expect(
      mistakes(
        `services:\n  a: ${service('81 82 83', ", calls: [b], no_contract: { bb: 'a prototype' }")}\n  b: ${service('84 85 86')}\n`,
      ),
    ).toEqual(['services.yaml:2: a.no_contract names "bb", which a neither depends on nor calls, did you mean "b"?']);
  });

  test('a missing key is reported at its service', () => {
    expect(mistakes('services:\n\n  web: { port: 81, admin_port: 82 }\n')).toEqual([
      'services.yaml:3: services.web.debug_port is missing',
    ]);
  });

  test('a database is declared by those who use postgres, and by them only', () => {
    expect(
      mistakes(`services:
  a: ${service('81 82 83', ', depends_on: [postgres], database: things')}
  b: ${service('84 85 86', ', calls: [postgres], database: things')}
  c: ${service('187 188 189', ', calls: [postgres]')}
  d: ${service('90 91 92', ', database: others')}
  e: ${service('94 96 97', ', depends_on: [postgres], database: Things')}
  f: ${service('98 99 100', ', depends_on: [postgres], database: postgres')}
  g: ${service('105 106 107', ', depends_on: [postgres], database: 7')}
  h: ${service('108 112 114', ', depends_on: [postgres], database: no_1')}
backing:
  postgres: { image: p, port: 5432 }
`),
    ).toEqual([
      'services.yaml:3: b.database "things" is that of a on line 2; each has its own',
      'services.yaml:4: c uses postgres and must have a database, such as "database: things"',
      'services.yaml:5: d.database is only for a service that depends on or calls postgres',
      `services.yaml:6: e.database must be ${databaseRule}, not "Things"`,
      `services.yaml:7: f.database must be ${databaseRule}, not "postgres"`,
      'services.yaml:8: services.g.database must be text, not 7',
    ]);
  });

  test('secrets are those that are generated', () => {
    expect(
      mistakes(
        `services:\n  a: ${service('81 82 83', ', secrets: [signing_keys, signing_keys,\n    redis_password]')}\n`,
      ),
    ).toEqual([
      'services.yaml:2: a.secrets lists "signing_keys" twice',
      'services.yaml:3: services.a.secrets.2 must be signing_keys or service_clients or service_client_secret or admin_password, not "redis_password"',
    ]);
  });

  test('scopes are granted by a service that is depended on or called, and asked for with a secret', () => {
    expect(
      mistakes(`services:
  a: ${service('81 82 83', ', depends_on: [b], secrets: [service_client_secret], scopes: ["things:red", "others:read"]')}
  b: ${service('84 85 86', ', calls: [a], secrets: [signing_keys], grants: ["things:read"], scopes: ["x:y"]')}
  c: ${service('187 188 189', ', grants: ["others:read", "others:read"], secrets: [service_client_secret]')}
  d: ${service('90 91 92', ', calls: [c], scopes: ["others:read"]')}
`),
    ).toEqual([
      'services.yaml:2: a.scopes has "things:red", which nothing that it depends on or calls grants, did you mean "things:read"?',
      'services.yaml:2: a.scopes has "others:read", which nothing that it depends on or calls grants; granted: things:read',
      'services.yaml:3: b.scopes has "x:y", which nothing that it depends on or calls grants; granted: none',
      'services.yaml:4: c.grants lists "others:read" twice',
      'services.yaml:4: c.secrets lists "service_client_secret", which is only for a service with scopes',
      'services.yaml:5: d.scopes needs "service_client_secret" in d.secrets',
    ]);
  });

  test('repeated keys are reported with both lines', () => {
    expect(
      mistakes(
        `services:\n  web: ${service('81 82 83')}\n  api: ${service('84 85 86')}\n  web: ${service('88 89 90')}\n`,
      ),
    ).toEqual(['services.yaml:4: "web" is given twice; the first is on line 2']);
  });

  test('a misspelt name in calls gets a suggestion', () => {
    expect(
      mistakes(
        `services:\n  web: ${service('81 82 83', ', calls: [rdeis]')}\nbacking:\n  redis: { image: r, port: 4 }\n`,
      ),
    ).toEqual([
      'services.yaml:2: web.calls names "rdeis", which is neither a service nor in backing, did you mean "redis"?',
    ]);
  });

  test('a service that depends on itself is a cycle', () => {
    expect(mistakes(`services:\n  web: ${service('81 82 83', ', depends_on: [web]')}\n`)).toEqual([
      'services.yaml:2: depends_on has a cycle: web → web',
    ]);
  });

  test('YAML that names a value once and uses it twice keeps its lines', () => {
    expect(
      mistakes(
        `services:\n  web: ${service('81 82 83', ', depends_on: &on [nope]')}\n  api: ${service('84 85 86', ', depends_on: *on')}\n`,
      ),
    ).toEqual([
      expect.stringMatching(/^services\.yaml:2: web\.depends_on names "nope"/),
      expect.stringMatching(/^services\.yaml:[23]: api\.depends_on names "nope"/),
    ]);
  });

  test.each([
    ['', 'services.yaml:1: the file must be a map, not null'],
    ['- a', 'services.yaml:1: the file must be a map, not ["a"]'],
    ['services: 7', 'services.yaml:1: services must be a map, not 7'],
    ['backing: {}', 'services.yaml:1: services is missing'],
    ['services: *nothing', 'services.yaml:1: Unresolved alias (the anchor must be set before the alias): nothing'],
  ])('%j', (text, message) => {
    expect(mistakes(text)).toEqual([message]);
  });

  test('text that is no YAML names the line and nothing else', () => {
    expect(mistakes('services:\n  web: { port: 1\n  api: 2\n')[0]).toMatch(/^services\.yaml:\d: /);
  });
});

test('a folder without services.yaml is a problem that says so', async () => {
  const result = await loadStack(import.meta.dirname);
  expect(result).toMatchObject({ ok: false, problems: [{ file: 'services.yaml', line: 1 }] });
  expect(!result.ok && result.problems[0]?.message).toMatch(/cannot be read: ENOENT/);
});
