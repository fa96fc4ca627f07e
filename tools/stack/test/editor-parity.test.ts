import { describe, expect, test } from 'vitest';
import { parityProblems } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';
import { stack } from './parity-stack.ts';

describe('.vscode/launch.json', () => {
  const launch = `{
  // generated
  "configurations": [
    { "name": "web (local)", "type": "node", "request": "attach", "port": 9229, "restart": true },
    { "name": "worker (local)", "type": "node", "request": "attach", "port": 9230, "restart": true },
    { "name": "Acceptance", "type": "node", "request": "launch", "program": "main.ts" }
  ],
  "compounds": [
    { "name": "All services", "configurations": ["web (local)", "worker (local)"] },
  ]
}
`;
  const problems = (text: string): string[] => parityProblems(stack, '.vscode/launch.json', text).map(formatProblem);

  test('a file that attaches to each service and to all of them has no problem', () => {
    expect(problems(launch)).toEqual([]);
  });

  test.each([
    ['"port": 9230', '"port": 9231', 5, '"worker (local)" attaches to 9231, which is no debug_port'],
    ['"port": 9230', '"port": 9231', 3, 'nothing attaches to worker at its debug_port 9230'],
    ['"web (local)", "type"', '"worker too", "type"', 4, '"worker too" attaches to the debug_port of web'],
    ['"port": 9229, "restart": true', '"port": 9229', 4, '"web (local)" does not attach again after a restart'],
    ['["web (local)", "worker (local)"]', '["web (local)", "gone"]', 9, 'there is no configuration "gone"'],
    ['["web (local)", "worker (local)"]', '["web (local)"]', 8, 'no compound attaches to all services'],
  ])('%s as %s', (from, to, line, message) => {
    expect(problems(launch.replace(from, to))).toContain(`.vscode/launch.json:${line}: ${message}`);
  });
});

describe('.devcontainer/devcontainer.json', () => {
  const container = `{
  "forwardPorts": [8080, 8081, 9080, 9081, 9229, 9230, 10350],
  "portsAttributes": {
    "8080": { "label": "web", "onAutoForward": "notify" },
    "8081": { "label": "worker" },
    "10350": { "label": "Tilt" },
    "9080": { "label": "web: health" },
    "9081": { "label": "worker: health" },
    "9229": { "label": "web: debugger" },
    "9230": { "label": "worker: debugger" }
  }
}
`;
  const file = '.devcontainer/devcontainer.json';
  const problems = (text: string): string[] => parityProblems(stack, file, text).map(formatProblem);

  test('a file that forwards every port of each service under its name has no problem', () => {
    expect(problems(container)).toEqual([]);
  });

  test.each([
    ['8081, ', '', 2, 'port 8081 of worker is not forwarded'],
    ['9230, ', '', 2, 'port 9230 of worker is not forwarded'],
    ['8081, ', '8082, ', 2, 'the forwarded port 8082 has no label in portsAttributes'],
    ['"label": "worker"', '"label": "web"', 5, '8081 is a port of worker, and is labelled "web"'],
    ['"label": "Tilt"', '"label": "worker debug"', 6, '10350 is no port of worker, and is labelled "worker debug"'],
    ['"label": "web"', '"label": "Home"', 4, '8080 is a port of web, and is labelled "Home"'],
  ])('%s as %s', (from, to, line, message) => {
    expect(problems(container.replace(from, to))).toContain(`${file}:${line}: ${message}`);
  });
});
