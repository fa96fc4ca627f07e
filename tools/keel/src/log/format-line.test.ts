import pc from 'picocolors';
import { expect, it } from 'vitest';
import { formatLine } from './format-line.ts';

const plain = (line: string) => formatLine(line, pc.createColors(false)).replace(/^\d\d:\d\d:\d\d/, 'hh:mm:ss');

it('makes a line of pino readable', () => {
  const entry = {
    level: 'info',
    time: '2026-01-02T03:04:05.678Z',
    service: 'a',
    msg: 'ready',
    port: 8080,
    path: '/x y',
  };
  expect(plain(JSON.stringify(entry))).toBe('hh:mm:ss.678 INFO  ready port=8080 path="/x y"');
});

it('knows numbered levels and epoch times', () => {
  expect(plain('{"level":50,"time":1767323045678,"pid":1,"msg":"no"}')).toBe('hh:mm:ss.678 ERROR no');
});

it('puts the stack of an error on lines of its own', () => {
  const err = { type: 'Error', message: 'boom', stack: 'Error: boom\n    at f (a.ts:1:1)' };
  const line = plain(JSON.stringify({ level: 'error', time: 0, msg: 'failed', err }));
  expect(line).toBe('hh:mm:ss.000 ERROR failed\n    Error: boom\n        at f (a.ts:1:1)');
});

it.each(['plain text', '', '{not json', '{"other":"json"}', '[1]', 'null'])('leaves %j as it is', (line) => {
  expect(formatLine(line, pc.createColors(false))).toBe(line);
});

it('shows nested values as JSON, and a time that is none as it came', () => {
  expect(plain('{"level":"debug","time":"soon","a":{"b":[1]}}')).toBe('soon DEBUG a={"b":[1]}');
});
