import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the command line', () => {
  it('takes the address of a stack', () => {
    expect(readArguments(['--base-url', 'http://127.0.0.1:8080', '--json', 'out.json'])).toEqual({
      baseUrl: new URL('http://127.0.0.1:8080'),
      json: 'out.json',
    });
  });

  it.each([
    [[], '--base-url is missing'],
    [['--base-url', 'localhost:8080'], 'not an http or https URL'],
    [['--base-url', 'nowhere'], 'not an http or https URL'],
    [['--base-url', 'http://127.0.0.1:8080/api'], 'without a path'],
    [['--url', 'http://127.0.0.1:8080'], "Unknown option '--url'"],
    [['http://127.0.0.1:8080'], 'Unexpected argument'],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
