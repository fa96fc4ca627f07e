import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

const whole = ['--watch', '/a', '--watch', '/b', '--pid-file', 'pid', '--healthz', 'http://127.0.0.1:1/healthz'];

function mistakes(args: string[], env = {}): string[] {
  try {
    readArguments(args, env);
    return [];
  } catch (error) {
    const lines = (error as Error).message.split('\n').filter((line) => line.startsWith('config-reloader: '));
    return lines.map((line) => line.replace('config-reloader: ', ''));
  }
}

it('reads several services and the address of the listener', () => {
  const args = ['--port=9', '--service', 'one', ...whole, '--service=two', '--watch=/c', '--process', '^a$'];
  const settings = readArguments([...args, '--healthz', 'http://[::1]:2/healthz', '--host', '::'], {
    METRICS_PORT: '8',
  });
  expect(settings).toEqual({
    host: '::',
    port: 9,
    services: [
      { name: 'one', watch: ['/a', '/b'], target: { pidFile: 'pid' }, healthz: 'http://127.0.0.1:1/healthz' },
      { name: 'two', watch: ['/c'], target: { pattern: /^a$/ }, healthz: 'http://[::1]:2/healthz' },
    ],
  });
});

it('takes the address of the listener from METRICS_HOST and METRICS_PORT', () => {
  const args = ['--service', 'one', ...whole];
  expect(readArguments(args, {})).toMatchObject({ host: '127.0.0.1', port: 9102 });
  expect(readArguments(args, { METRICS_HOST: '0.0.0.0', METRICS_PORT: '1' })).toMatchObject({
    host: '0.0.0.0',
    port: 1,
  });
});

it.each([
  ['no service', [], ['at least one --service is required']],
  [
    'an option before its service',
    ['--watch', 'a', '--service', 'x', ...whole],
    ['--watch must follow the --service it belongs to'],
  ],
  [
    'an unknown option',
    ['--service', 'x', ...whole, '--wach', 'a'],
    ['unknown option --wach', 'unexpected argument "a"'],
  ],
  ['an option without a value', ['--service', 'x', ...whole, '--watch'], ['--watch needs a value']],
  [
    'an option in place of a value',
    ['--service', '--watch'],
    ['--service needs a value', 'at least one --service is required'],
  ],
  ['a service twice', ['--service', 'x', ...whole, '--service', 'x', ...whole], ['--service names must differ']],
  [
    'two ways to find it',
    ['--service', 'x', ...whole, '--process', 'a'],
    ['x: one of --pid-file and --process is required'],
  ],
  ['an option twice', ['--service', 'x', ...whole, '--pid-file', 'a'], ['x: --pid-file is there twice']],
  ['an invalid port', ['--port', '70000', '--service', 'x', ...whole], ['--port must be a number from 0 to 65535']],
])('reports %s', (_, args, expected) => {
  expect(mistakes(args)).toEqual(expected);
});

it('reports all mistakes together', () => {
  expect(mistakes(['--service', 'x', '--process', '(', '--healthz', 'https://a', '--port', 'http'])).toEqual([
    '--port must be a number from 0 to 65535',
    'x: at least one --watch is required',
    'x: --healthz is required, an http URL',
    expect.stringMatching(/^x: --process: Invalid regular expression/),
  ]);
});
