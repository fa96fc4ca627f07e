import { describe, expect, test } from 'vitest';
import { parityProblems } from '../src/parity/check-parity.ts';
import { formatProblem } from '../src/problem.ts';
import { stack } from './parity-stack.ts';

describe('.vscode/launch.json', () => {
  const launch = `{
  // generated
  "configurations": [
    { "name": "web (local)", "request": "attach", "port": 9229, "restart": true },
    { "name": "worker (local)", "request": "attach", "port": 9230, "restart": true },
    { "name": "web (container)", "request": "attach", "port": 9229, "restart": true, "remoteRoot": "/work" },
    { "name": "worker (container)", "request": "attach", "port": 9230, "restart": true, "remoteRoot": "/work" },
    { "name": "Chrome", "type": "chrome", "request": "attach", "port": 9222 }
  ],
  "compounds": [
    { "name": "all services (local)", "configurations": ["web (local)", "worker (local)"] },
    { "name": "all services (container)", "configurations": ["web (container)", "worker (container)"] },
    { "name": "mine", "configurations": ["web (local)", "Chrome"] },
  ]
}
`;
  const problems = (text: string): string[] => parityProblems(stack, '.vscode/launch.json', text).map(formatProblem);

  test('a file that attaches to each service and to all of them has no problem, whatever else is in it', () => {
    expect(problems(launch)).toEqual([]);
  });

  test('the ports of local mode may be moved by one offset, those of containers may be any', () => {
    const moved = launch.replace('9229', '9329').replace('9230', '9330');
    expect(problems(moved)).toEqual([]);
    expect(problems(moved.replace('9330', '9331'))).toEqual([
      '.vscode/launch.json:5: "worker (local)" attaches to 9331, not to 9330',
    ]);
    expect(problems(launch.replace('9230, "restart": true, "remoteRoot"', '7, "restart": true, "remoteRoot"'))).toEqual(
      [],
    );
  });

  test.each([
    [/"port": 9230/, '"port": 9231', 5, '"worker (local)" attaches to 9231, not to 9230'],
    [/"port": 9229, /, '', 4, '"web (local)" attaches to no port, not to 9229'],
    [/, "restart": true/, '', 4, '"web (local)" does not attach again after a restart'],
    [/"attach"/, '"launch"', 4, '"web (local)" does not attach'],
    [/.*"web \(local\)", "request".*/, '', 3, 'there is no configuration "web (local)"; ./keel setup writes it'],
    [/.*\(container\)", "req.*/g, '', 3, 'there is no configuration "worker (container)"; ./keel setup writes it'],
    [/, "remoteRoot": "\/work"/g, '', 6, '"web (container)" has no remoteRoot /work, where its sources are'],
    [/"\/work"/g, '"/app"', 7, '"worker (container)" has no remoteRoot /work, where its sources are'],
    [/9230(?=.*remote)/, '9229', 7, '"worker (container)" attaches to the port of "web (container)"'],
    [/"port": 9230, (?=.*remote)/, '', 7, '"worker (container)" attaches to no port'],
    [/, "worker \(local\)"\]/, ']', 11, '"all services (local)" does not attach to "worker (local)"'],
    [/.*"all services \(c.*/, '', 10, 'there is no compound "all services (container)"; ./keel setup writes it'],
  ])('%s as %j', (from, to, line, message) => {
    expect(launch).toMatch(from);
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
