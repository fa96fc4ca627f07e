import { describe, expect, it } from 'vitest';
import { judgeDisk, judgeMemory, judgeMount, judgeWatching } from './machine-checks.ts';

const GIB = 1024 ** 3;

describe('a clone', () => {
  const mounts = [
    '/dev/sda / ext4 rw 0 0',
    'drvfs /mnt/c 9p rw 0 0',
    'host:/home /home/me/net nfs4 rw 0 0',
    'x /my\\040disk fuse.sshfs rw 0 0',
  ].join('\n');

  it.each([
    ['/home/me/evenkeel', 'good'],
    ['/mnt/c/evenkeel', 'poor'],
    ['/mnt/code', 'good'],
    ['/home/me/net/evenkeel', 'poor'],
    ['/my disk/evenkeel', 'poor'],
  ])('in %s stands %s', (path, state) => {
    expect(judgeMount(path, mounts).state).toBe(state);
  });

  it('on a system without /proc/mounts is taken for local', () => {
    expect(judgeMount('/Users/me/evenkeel', '').state).toBe('good');
  });
});

it('knows how much memory and disk are enough', () => {
  expect(judgeMemory(4 * GIB)).toMatchObject({ state: 'good', detail: '4.0 GiB are available' });
  expect(judgeMemory(GIB / 2).state).toBe('poor');
  expect(judgeDisk(2 * GIB, '/clone').state).toBe('good');
  expect(judgeDisk(GIB / 2, '/clone')).toMatchObject({ state: 'poor', fix: 'free some space: df -h /clone' });
  expect(judgeDisk(GIB / 10, '/clone').state).toBe('bad');
});

it('names the limit of file watching that is too low', () => {
  expect(judgeWatching(65_536, 128).state).toBe('good');
  expect(judgeWatching(8_192, 128).fix).toBe('sudo sysctl fs.inotify.max_user_watches=524288');
  expect(judgeWatching(65_536, 64).fix).toBe('sudo sysctl fs.inotify.max_user_instances=512');
  expect(judgeWatching(undefined, undefined).state).toBe('good');
});
