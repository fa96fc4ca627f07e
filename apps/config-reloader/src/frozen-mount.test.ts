import { expect, it } from 'vitest';
import { frozenPaths } from './frozen-mount.ts';

const files = new Set(['/etc/evenkeel/routes.yaml', '/run/secrets/redis_password', '/srv/a file']);
const frozen = (mountinfo: string, ...paths: string[]) => [...frozenPaths(mountinfo, paths, (path) => files.has(path))];
const kubelet = '/var/lib/kubelet/pods/3f0c/volumes/kubernetes.io~configmap/routes';
const root = '2290 2215 0:394 / / ro,relatime - overlay overlay rw,lowerdir=/var/lib\n';

it('is silent about whole volumes, and where there is no such file', () => {
  const mounts = `${root}2301 2290 8:1 ${kubelet} /etc/evenkeel ro,relatime - ext4 /dev/sda1 rw\n`;
  expect(frozen(mounts, '/etc/evenkeel', '/etc/evenkeel/routes.yaml', '/run/secrets')).toEqual([]);
  expect(frozen('', '/etc/evenkeel')).toEqual([]);
});

it('names a file that is mounted with subPath', () => {
  const mounts = `${root}2301 2290 8:1 ${kubelet}/..2026_01_01_10_00_00.123/routes.yaml /etc/evenkeel/routes.yaml ro - ext4 /dev/sda1 rw\n`;
  const message: unknown = expect.stringMatching(/subPath/);
  expect(frozen(mounts, '/etc/evenkeel')).toEqual([['/etc/evenkeel/routes.yaml', message]]);
  expect(frozen(mounts, '/etc/evenkeel/routes.yaml')).toEqual([['/etc/evenkeel/routes.yaml', message]]);
});

it.each([`${kubelet}/..2026_01_01_10_00_00.123/sub`, '/var/lib/kubelet/pods/3f0c/volume-subpaths/routes/app/0'])(
  'names a folder that is mounted with subPath, and a file in it: %s',
  (source) => {
    const mounts = `${root}2301 2290 8:1 ${source} /etc/evenkeel ro,relatime - ext4 /dev/sda1 rw\n`;
    for (const path of ['/etc/evenkeel', '/etc/evenkeel/routes.yaml']) {
      expect(frozen(mounts, path)).toEqual([[path, expect.stringMatching(/subPath/)]]);
    }
    expect(frozen(mounts, '/etc/evenkeel-other')).toEqual([]);
  },
);

it('names files that are mounted one by one, also with blanks in their names', () => {
  const mounts = `${root}2301 2290 8:1 /srv/secrets/redis_password /run/secrets/redis_password ro - ext4 /dev/sda1 rw
2302 2290 8:1 /srv/b /srv/a\\040file ro - ext4 /dev/sda1 rw
2303 2290 0:50 / /run/secrets/kubernetes.io/serviceaccount ro - tmpfs tmpfs rw
`;
  const message: unknown = expect.stringMatching(/mount its folder/);
  expect(frozen(mounts, '/run/secrets')).toEqual([['/run/secrets/redis_password', message]]);
  expect(frozen(mounts, '/srv/a file')).toEqual([['/srv/a file', message]]);
});
