import { expect, it } from 'vitest';
import { explainRedisExit } from './redis-failure.ts';
import { installCommandFor } from './redis-program.ts';

it.each([
  [
    '7:M 01 Jan 2026 00:00:00.000 * Server initialized\n7:M 01 Jan 2026 00:00:00.001 # Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup',
    /seems damaged\n.*why: Bad file format reading the append only file.*\n.*mv \/r \/r.old/,
  ],
  ["7:M 01 Jan 2026 00:00:00.000 # Can't handle RDB format version 99", /newer version wrote\n.*version 99/],
  ['7:M 01 Jan 2026 00:00:00.000 # Write error: No space left on device', /no room on the disk[^]*df -h \/r/],
  ['', /did not start \(SIGKILL\)\n.*said nothing/],
])('tells what is behind %j', (output, message) => {
  expect(explainRedisExit(output, 'SIGKILL', '/r').message).toMatch(message);
});

it.each([
  ['ID=debian\n', 'sudo apt-get install redis-server'],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'sudo apt-get install redis-server'],
  ['NAME="Fedora Linux"\nID=fedora\n', 'sudo dnf install valkey'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'sudo dnf install valkey'],
  ['ID=haiku\n', 'install redis-server or valkey-server with your package manager'],
])('knows the one command for %j', (release, command) => {
  expect(installCommandFor(release)).toBe(command);
});
