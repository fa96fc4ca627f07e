import { join } from 'node:path';
import { peersFolder, peerVersion } from '../peers.ts';

export interface Contender {
  name: string;
  version: string;
  /** Program and arguments, run in the copied workspace. */
  command: [string, ...string[]];
  env: Record<string, string>;
}

/** The runner of this workspace and those that it is compared with, each as its own documentation runs it. */
export async function contenders(root: string, node: string): Promise<Contender[]> {
  const entry = 'apps/user-service/src/main.ts';
  const telemetry = '@evenkeel/telemetry/register';
  const peer = (path: string) => join(peersFolder, 'node_modules', path);
  const first = ['--import', telemetry];
  return [
    {
      name: 'hot-restart',
      version: 'this one',
      command: [node, join(root, 'tools/hot-restart/src/main.ts'), entry],
      env: { HOT_RESTART_IMPORT: telemetry },
    },
    {
      name: 'node --watch',
      version: process.versions.node,
      command: [node, '--watch', ...first, entry],
      env: {},
    },
    {
      name: 'tsx watch',
      version: await peerVersion('tsx'),
      command: [node, peer('tsx/dist/cli.mjs'), 'watch', ...first, entry],
      env: {},
    },
    {
      name: 'nodemon',
      version: await peerVersion('nodemon'),
      command: [
        ...([node, peer('nodemon/bin/nodemon.js'), '--quiet', '--ext', 'ts,json'] as [string, ...string[]]),
        ...['--watch', 'apps/user-service', '--watch', 'libs', '--exec', `${node} ${first.join(' ')}`, entry],
      ],
      env: {},
    },
  ];
}
