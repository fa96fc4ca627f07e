import { expect, it } from 'vitest';
import { explainPostgresExit } from './postgres-failure.ts';

const explain = (output: string) =>
  explainPostgresExit({ program: 'postgres', output, ending: 'exit code 1', data: '/data' });

it.each([
  [
    '2026-01-01 00:00:00.000 UTC [7] FATAL:  could not write lock file "postmaster.pid": No space left on device',
    /no room on the disk\n.*could not write lock file "postmaster.pid".*\n.*df -h \/data/,
  ],
  [
    'LOG:  starting\nFATAL:  database files are incompatible with server\nDETAIL:  initialized by version 16',
    /another version\n.*incompatible with server\n.*mv \/data/,
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
    /still work on its data\n.*block \(key 7, ID 3\) is still in use\n.*ps ax/,
  ],
  ['', /did not start \(postgres, exit code 1\)\n.*said nothing/],
])('tells what is behind %j', (output, message) => {
  expect(explain(output).message).toMatch(message);
});
