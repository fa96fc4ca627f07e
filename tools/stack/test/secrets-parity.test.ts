import { expect, test } from 'vitest';
import { parityProblems } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';
import { stack } from './parity-stack.ts';

const problems = (file: string, text: string): string[] => parityProblems(stack, file, text).map(formatProblem);

test('the Dockerfile makes a folder for the secrets of each service and store', () => {
  const file = 'infra/docker/Dockerfile';
  const dockerfile =
    'FROM node\nRUN install -d \\\n  /secrets /secrets/all /secrets/web /secrets/worker \\\n  /secrets/redis\n';
  expect(problems(file, dockerfile)).toEqual([]);
  expect(problems(file, dockerfile.replace('/secrets/redis', '/secrets/radis'))).toEqual([
    `${file}:3: redis has no secrets here`,
    `${file}:4: radis is not in services.yaml`,
  ]);
});

test('each service and store has a list of its secrets', () => {
  const file = 'tools/secrets/src/files.ts';
  const list = "const needed = {\n  redis: ['a'],\n  web: ['a'],\n  'worker': [],\n};\n";
  expect(problems(file, list)).toEqual([]);
  expect(problems(file, list.replace('worker', 'worker-two'))).toEqual([
    `${file}:2: worker has no secrets here`,
    `${file}:4: worker-two is not in services.yaml`,
  ]);
});
