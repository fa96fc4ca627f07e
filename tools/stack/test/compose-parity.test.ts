import { describe, expect, test } from 'vitest';
import { parityProblems } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';
import type { Service, Stack } from '../src/stack.ts';
import { stack } from './parity-stack.ts';

const compose = `x-limits: &limits
  mem_limit: 256m
  cpus: 1

services:
  web:
    <<: *limits
    restart: unless-stopped
    environment: { PORT: 8080, ADMIN_PORT: '9080', HOT_RESTART_DEBUG_PORT: 9229, WORKER_URL: 'http://worker:8081', REDIS_URL: 'redis://redis:6379/0', REDIS_PASSWORD_FILE: /run/secrets/redis_password, CACHE: 'redis://a@redis:6379/0' }
    ports:
      ['127.0.0.1:\${WEB_PORT:-8080}:8080', '127.0.0.1:9080:9080',
      { target: 9229, published: '\${WEB_DEBUG_PORT:-9229}', host_ip: 127.0.0.1 }]
    depends_on:
      worker: { condition: service_healthy }
      secrets: { condition: service_completed_successfully }
    healthcheck:
      test: ['CMD', 'node', 'probe.js', 'http://127.0.0.1:9080/readyz']
  worker:
    <<: *limits
    restart: unless-stopped
    environment: ['PORT=8081', 'ADMIN_PORT=\${ADMIN:-9081}', 'HOT_RESTART_DEBUG_PORT=9230', 'REDIS_URL=redis://redis:6379/0', 'REDIS_PASSWORD_FILE=/run/secrets/redis_password', 'ADMIN_PASSWORD_FILE=/run/secrets/admin_password', 'ADMIN_EMAIL=\${ADMIN_EMAIL:-admin@evenkeel.local}']
    ports: ['127.0.0.1:9081:9081', '127.0.0.1:9230:9230']
    depends_on:
      redis:
        condition: service_healthy
    healthcheck:
      test: node probe.js http://127.0.0.1:9081/readyz
  redis:
    image: \${REDIS_IMAGE:-\${REGISTRY:-}redis:8}
    restart: unless-stopped
    deploy: { resources: { limits: { memory: 128m, cpus: '0.5' } } }
    healthcheck: { test: ['CMD', 'redis-cli', 'ping'] }
  secrets:
    image: example
    restart: 'no'
  grafana:
    image: grafana
    restart: unless-stopped
    profiles: [observability]
  web-watcher:
    pid: service:web
    command: ['--healthz=http://web:9080/healthz']
    deploy: { resources: { limits: { memory: 64m, cpus: '0.5' } } }
  worker-watcher: { pid: 'service:worker', command: '--healthz=http://worker:9081/healthz', mem_limit: 64m, cpus: 1 }
`;

const problems = (text: string): string[] => parityProblems(stack, 'docker-compose.dev.yml', text).map(formatProblem);

/** The file with one thing changed, and what is then wrong with it. */
function changed(from: string, to: string): string[] {
  expect(compose).toContain(from);
  return problems(compose.replace(from, to));
}

const at = (line: number, message: string): string[] => [`docker-compose.dev.yml:${line}: ${message}`];

describe('docker-compose.dev.yml', () => {
  test('a file that says what services.yaml says has no problem', () => {
    expect(problems(compose)).toEqual([]);
  });

  test('services', () => {
    expect(changed('  worker:\n    <<', '  wroker:\n    <<')).toEqual([
      ...at(5, 'there is no service worker'),
      ...at(18, 'wroker is not in services.yaml; declare it there, or give it a profile'),
    ]);
    expect(changed('    profiles: [observability]\n', '')).toEqual(
      at(36, 'grafana is not in services.yaml; declare it there, or give it a profile'),
    );
  });

  test.each([
    [
      "'127.0.0.1:${WEB_PORT:-8080}:8080'",
      "'127.0.0.1:${WEB_PORT:-8088}:8080'",
      11,
      'web publishes its port 8080 as 8088',
    ],
    ["'127.0.0.1:${WEB_PORT:-8080}:8080'", "'8080:8080'", 11, 'web publishes 8080 on every address, not on 127.0.0.1'],
    ["'127.0.0.1:${WEB_PORT:-8080}:8080'", '"127.0.0.1::8080"', 11, 'web: cannot read the port "127.0.0.1::8080"'],
    ["published: '${WEB_DEBUG_PORT:-9229}', ", '', 12, 'web publishes its debug_port 9229 as any port'],
    [
      "'127.0.0.1:9230:9230']",
      "'127.0.0.1:9230:9230', '127.0.0.1:9:9']",
      22,
      'worker publishes 9, which is not one of its ports',
    ],
    ["'127.0.0.1:9081:9081', ", '', 18, 'worker does not publish its admin_port 9081'],
    [", '127.0.0.1:9230:9230'", '', 18, 'worker does not publish its debug_port 9230'],
    ['PORT: 8080', 'PORT: 80', 9, 'web has PORT=80, services.yaml says 8080'],
    ['ADMIN:-9081', 'ADMIN:-9181', 21, 'worker has ADMIN_PORT=9181, services.yaml says 9081'],
    ['PORT: 8080, ', '', 9, 'web lacks its PORT=8080'],
    [', HOT_RESTART_DEBUG_PORT: 9229', '', 9, 'web lacks its HOT_RESTART_DEBUG_PORT=9229'],
    [", 'HOT_RESTART_DEBUG_PORT=9230'", '', 21, 'worker lacks its HOT_RESTART_DEBUG_PORT=9230'],
  ])('ports, mistake %#', (from, to, line, message) => {
    expect(changed(from, to)).toContain(at(line, message)[0]);
  });

  test('dependencies', () => {
    expect(changed('      worker: { condition: service_healthy }\n', '')).toEqual(
      at(13, 'web does not depend on worker'),
    );
    expect(changed('{ condition: service_healthy }', '{ condition: service_started }')).toEqual(
      at(14, 'web waits for worker with service_started, not service_healthy'),
    );
    expect(changed('      worker:', '      redis: { condition: service_healthy }\n      worker:')).toEqual(
      at(14, 'web depends on redis, which services.yaml does not say'),
    );
    expect(
      changed('    depends_on:\n      redis:\n        condition: service_healthy\n', '    depends_on: [redis]\n'),
    ).toEqual(at(23, 'worker waits for redis with service_started, not service_healthy'));
  });

  test('sidecars', () => {
    expect(changed('pid: service:web', 'pid: host')).toEqual(at(41, 'web-watcher lacks service:web in its pid'));
    expect(changed('http://worker:9081/healthz', 'http://worker:9080/healthz')).toEqual(
      at(44, 'worker-watcher lacks http://worker:9081/healthz in its command'),
    );
    expect(changed('  worker-watcher:', '  other: { profiles: [a] }\n  redis-watcher:')).toContain(
      'docker-compose.dev.yml:5: there is no service worker-watcher',
    );
  });

  test('health checks', () => {
    expect(changed('9080/readyz', '9080/livez')).toEqual(at(17, 'the health check of web does not ask /readyz'));
    expect(changed('9081/readyz', '9080/readyz')).toEqual(
      at(27, 'the health check of worker asks port 9080, its admin_port is 9081'),
    );
    expect(changed("    healthcheck: { test: ['CMD', 'redis-cli', 'ping'] }\n", '')).toEqual(
      at(28, 'redis has no health check'),
    );
  });

  test('addresses', () => {
    expect(changed('http://worker:8081', 'http://worker:8080')).toEqual(
      at(9, 'web has WORKER_URL=http://worker:8080, services.yaml says http://worker:8081'),
    );
    expect(changed(", WORKER_URL: 'http://worker:8081'", '')).toEqual(
      at(9, 'web lacks its WORKER_URL=http://worker:8081'),
    );
    expect(changed('redis://a@redis:6379', 'redis://a@redis:6380')).toEqual(
      at(9, 'web asks redis at port 6380, services.yaml says 6379'),
    );
    expect(changed("'PORT=8081'", "'PORT=8081', 'WEB=http://web:8080/'")).toEqual(
      at(21, 'worker calls web, which is in neither its depends_on nor its calls'),
    );
    expect(changed('redis://a@redis:6379', 'http://elsewhere:1')).toEqual([]);
  });

  test('databases', () => {
    const [web, worker] = stack.services as [Service, Service];
    const withDatabase: Stack = {
      services: [web, { ...worker, dependsOn: ['redis', 'postgres'], database: 'things' }],
      backing: [...stack.backing, { name: 'postgres', image: 'postgres:17', port: 5432 }],
      sidecars: stack.sidecars,
      checks: stack.checks,
      observability: stack.observability,
    };
    const messages = (text: string): string[] =>
      parityProblems(withDatabase, 'docker-compose.dev.yml', text).map(({ message }) => message);
    expect(messages(compose)).toContain('worker lacks its DATABASE_URL=postgres://worker@postgres:5432/things');
    expect(messages(compose)).toContain('worker lacks its DATABASE_PASSWORD_FILE=/run/secrets/database_password');
    const other = compose.replace("['PORT=8081'", "['DATABASE_URL=postgres://worker@postgres:5432/other', 'PORT=8081'");
    expect(messages(other)).toContain(
      'worker has DATABASE_URL=postgres://worker@postgres:5432/other, services.yaml says postgres://worker@postgres:5432/things',
    );
  });

  test('secrets', () => {
    expect(changed("'ADMIN_PASSWORD_FILE=", "'ADMIN_PASSWORD=")).toEqual([
      ...at(21, 'worker lacks its ADMIN_PASSWORD_FILE=/run/secrets/admin_password'),
      ...at(21, 'worker has the secret ADMIN_PASSWORD, not in its secrets'),
    ]);
    expect(changed(':-admin@', ':-root@')).toEqual(
      at(21, 'worker has ADMIN_EMAIL=root@evenkeel.local, services.yaml says admin@evenkeel.local'),
    );
    expect(changed("'PORT=8081'", "'PORT=8081', 'SIGNING_KEYS_FILE=/run/secrets/signing_keys.json'")).toEqual(
      at(21, 'worker has the secret SIGNING_KEYS_FILE, not in its secrets'),
    );
  });

  test('images and limits', () => {
    expect(changed('redis:8}', 'redis:7}')).toEqual(at(29, 'redis runs redis:7, not redis:8'));
    expect(changed(", cpus: '0.5'", '')).toEqual(at(28, 'redis has no CPU limit'));
    expect(changed('  mem_limit: 256m\n', '')).toEqual([
      ...at(5, 'web has no memory limit'),
      ...at(17, 'worker has no memory limit'),
    ]);
  });

  test('a file that is no YAML is one problem with its line', () => {
    expect(problems('services:\n  web: [1\n  redis: 2\n')[0]).toMatch(/^docker-compose\.dev\.yml:\d: /);
  });
});
