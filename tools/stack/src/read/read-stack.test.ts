import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../problem.ts';
import { readStack } from './read-stack.ts';

function mistakes(text: string): string[] {
  const result = readStack(text);
  return result.ok ? [] : result.problems.map(formatProblem);
}

const service = (ports: string, rest = ''): string => {
  const [port, admin, debug] = ports.split(' ');
  return `{ port: ${port}, admin_port: ${admin}, debug_port: ${debug}${rest} }`;
};

describe('readStack', () => {
  test('reads the shipped declaration', async () => {
    const result = readStack(await readFile(new URL('../../../../services.yaml', import.meta.url), 'utf8'));
    expect(result.ok && result.stack.services.find(({ name }) => name === 'auth-service')).toEqual({
      name: 'auth-service',
      port: 8081,
      adminPort: 9081,
      debugPort: 9230,
      dependsOn: ['redis'],
      calls: ['user-service'],
      restartPolicy: 'serial',
    });
  });

  test('calls may close a circle, and depends_on, calls and restart_policy may be left out', () => {
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
      'services.yaml:8: depends_on goes round in a circle: web → api → web',
      'services.yaml:9: services.bad_name must be a map, not null',
      'services.yaml:9: the name "bad_name" must be lower-case letters, digits and hyphens, a letter first, at most 63',
      'services.yaml:11: backing.api.image must not be empty',
      'services.yaml:11: backing "api" has the name of the service on line 8',
      "services.yaml:11: api's port 9081 clashes with api's admin_port on line 8",
      'services.yaml:12: unknown key "extra"; known here: services, backing, checks',
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

  test('a missing key is reported at its service', () => {
    expect(mistakes('services:\n\n  web: { port: 81, admin_port: 82 }\n')).toEqual([
      'services.yaml:3: services.web.debug_port is missing',
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

  test('a service that depends on itself is a circle', () => {
    expect(mistakes(`services:\n  web: ${service('81 82 83', ', depends_on: [web]')}\n`)).toEqual([
      'services.yaml:2: depends_on goes round in a circle: web → web',
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
