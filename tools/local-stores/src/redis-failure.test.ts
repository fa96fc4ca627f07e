import { expect, it } from 'vitest';
import { explainRedisExit } from './redis-failure.ts';
import { installCommandFor } from './redis-program.ts';

it.each([
  [
    '7:M 01 Jan 2026 00:00:00.000 * Server initialized\n7:M 01 Jan 2026 00:00:00.001 # Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup',
    /seems damaged\n.*why: Bad file format reading the append only file.*\n.*mv \/r \/r.old/,
  ],
  [
    "7:M 01 Jan 2026 00:00:00.000 # Can't handle RDB format version 99",
    /newer version wrote\n.*version 99\n.*KEEL_STATE_DIR/,
  ],
  [
    "7:M 01 Jan 2026 00:00:00.000 # Can't open or create append-only dir appendonlydir: Permission denied",
    /lacks a permission[^]*ls -la \/r/,
  ],
  [
    '7:M 01 Jan 2026 00:00:00.000 # Warning: Could not create server TCP listening socket 127.0.0.1:7: bind: Address already in use',
    /cannot listen on its port/,
  ],
  ['*** FATAL CONFIG FILE ERROR (Redis 6.0.16) ***\nReading the configuration file, at line 2', /does not understand/],
  [
    // Every start with data says so.
    "7:M 01 Jan 2026 00:00:00.000 * Loading RDB produced by version 7.2.0\n7:M 01 Jan 2026 00:00:00.000 * Reading RDB base file on AOF loading...\n7:M 01 Jan 2026 00:00:00.001 # Can't do that",
    /did not start \(SIGKILL\)\n.*Loading RDB[^]*Can't do that\n.*the data in \/r is untouched/,
  ],
  ['7:M 01 Jan 2026 00:00:00.000 # Write error: No space left on device', /no space left on the disk[^]*df -h \/r/],
  ['', /did not start \(SIGKILL\)\n.*printed nothing/],
])('tells what is behind %j', (output, message) => {
  expect(explainRedisExit(output, 'SIGKILL', '/r').message).toMatch(message);
});

it.each(['', 'Killed', '7:M 01 Jan 2026 00:00:00.000 # Redis is now ready to exit, bye bye...'])(
  'advises to move no data where no damage was seen: %j',
  (output) => {
    expect(explainRedisExit(output, 'exit code 1', '/r').fix).not.toMatch(/\b(mv|rm)\b/);
  },
);

it.each([
  ['ID=debian\n', 'sudo apt-get install redis-server'],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'sudo apt-get install redis-server'],
  ['NAME="Fedora Linux"\nID=fedora\n', 'sudo dnf install valkey'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'sudo dnf install valkey'],
  ['ID=haiku\n', 'install redis-server or valkey-server with your package manager'],
])('knows the one command for %j', (release, command) => {
  expect(installCommandFor(release)).toBe(command);
});
