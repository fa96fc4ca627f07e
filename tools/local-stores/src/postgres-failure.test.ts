import { expect, it } from 'vitest';
import { explainPostgresExit } from './postgres-failure.ts';

const explain = (output: string) =>
  explainPostgresExit({ program: 'postgres', output, ending: 'exit code 1', data: '/data' });

it.each([
  [
    '2026-01-01 00:00:00.000 UTC [7] FATAL:  could not write lock file "postmaster.pid": No space left on device',
    /no space left on the disk\n.*could not write lock file "postmaster.pid".*\n.*df -h \/data/,
  ],
  [
    'LOG:  starting\nFATAL:  database files are incompatible with server\nDETAIL:  initialized by version 16',
    /another version\n.*incompatible with server\n.*pg_dumpall.*KEEL_STATE_DIR/,
  ],
  [
    'LOG:  invalid checkpoint record\nPANIC:  could not locate a valid checkpoint record at 0/1',
    /seems damaged\n.*could not locate a valid checkpoint.*\n.*mv \/data \/data.old/,
  ],
  [
    'postgres: error while loading shared libraries: libxyz.so.1: cannot open shared object file',
    /cannot run on this system\n.*libxyz.so.1/,
  ],
  [
    'FATAL:  pre-existing shared memory block (key 7, ID 3) is still in use\nHINT:  Terminate any old server processes',
    /still use its data\n.*block \(key 7, ID 3\) is still in use\n.*ps ax/,
  ],
  [
    'FATAL:  data directory "/data" has invalid permissions\nDETAIL:  Permissions should be u=rwx (0700)',
    /lacks a permission.*\n.*invalid permissions\n.*ls -la \/data/,
  ],
  ['FATAL:  could not open file "/data/global/pg_control": Permission denied', /lacks a permission/],
  ['FATAL:  could not create lock file "postmaster.pid": Read-only file system', /cannot write to its data folder/],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', /cannot listen on its port/],
  ['FATAL:  configuration file "/data/postgresql.conf" contains errors', /configuration\n.*contains errors\n.*fix/],
  ['PANIC:  could not read file "global/pg_control": Input/output error', /disk[^]*copy \/data to another disk/],
  [
    'FATAL:  could not open directory "pg_wal": No such file or directory',
    /seems damaged\n.*could not open directory "pg_wal".*\n.*mv \/data/,
  ],
  [
    'LOG:  one\nLOG:  two\nFATAL:  something nobody has seen\nDETAIL:  so it is',
    /did not start \(postgres, exit code 1\)\n.*LOG: {2}one[^]*nobody has seen\n.*so it is\n.*the data in \/data is untouched/,
  ],
  ['', /did not start \(postgres, exit code 1\)\n.*printed nothing/],
])('tells what is behind %j', (output, message) => {
  expect(explain(output).message).toMatch(message);
});

it.each([
  '',
  'FATAL:  role "x" does not exist',
  'FATAL:  could not open file "x": Permission denied',
  'FATAL:  database files are incompatible with server',
  'FATAL:  could not create lock file "x": No space left on device',
])('advises to move no data where no damage was seen: %j', (output) => {
  expect(explain(output).fix).not.toMatch(/\b(mv|rm)\b/);
});

it('writes paths so that they can be typed', () => {
  const exit = { program: 'postgres', output: 'PANIC:  could not locate a valid checkpoint record', ending: 'SIGABRT' };
  const fix = (data: string) => explainPostgresExit({ ...exit, data }).fix;
  expect(fix("/it's mine/data")).toMatch(/: mv '\/it'\\''s mine\/data' '\/it'\\''s mine\/data\.old'$/);
  expect(fix('/data')).toMatch(/: mv \/data \/data\.old$/);
});
