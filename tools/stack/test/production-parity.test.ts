import { describe, expect, test } from 'vitest';
import { parityProblems } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';
import { stack } from './parity-stack.ts';

describe('docker-compose.prod.yml', () => {
  const production = `services:
  web:
    build: { target: prod }
    ports: !override ['127.0.0.1:8080:8080']
    volumes: !override ['secrets:/run/secrets:ro']
    healthcheck: { test: ['CMD', 'node', 'probe.js', 'http://127.0.0.1:9080/readyz'] }
  worker:
    build: { target: prod }
    ports: !reset []
    volumes: !reset []
  worker-watcher: { user: '65532:65532' }
  redis: { cpus: 2 }
`;
  const file = 'docker-compose.prod.yml';
  const problems = (text: string): string[] => parityProblems(stack, file, text).map(formatProblem);

  test('says only what it changes, and that as services.yaml does', () => {
    expect(problems(production)).toEqual([]);
  });

  test.each([
    ['8080:8080', '80:8080', 4, 'web publishes its port 8080 as 80'],
    ['9080/readyz', '9081/readyz', 6, 'the health check of web asks port 9081, its admin_port is 9080'],
    ['worker', 'wroker', 7, 'wroker is not in services.yaml'],
    ['worker', 'wroker', 1, 'worker is missing: it would run as in development'],
    ['    ports: !reset []\n', '', 7, kept('worker', 'ports')],
    ['ports: !reset []', 'ports: []', 9, kept('worker', 'ports')],
    ['volumes: !reset []', 'volumes: []', 10, kept('worker', 'volumes')],
    ["8080']", "8080', '127.0.0.1:9229:9229']", 4, 'web publishes its debug_port 9229'],
    ["8080']", "8080', '127.0.0.1:9080:9080']", 4, 'web publishes its admin_port 9080'],
    ['target: prod', 'target: dev', 3, 'web does not build the target prod'],
  ])('with %j as %j', (from, to, line, message) => {
    expect(problems(production.replace(from, to))).toContain(`${file}:${line}: ${message}`);
  });

  function kept(service: string, what: string): string {
    return `${service} keeps its ${what} of docker-compose.dev.yml; write !reset or !override`;
  }
});
