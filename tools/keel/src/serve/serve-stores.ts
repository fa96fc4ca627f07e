import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureSecrets } from '@evenkeel/secrets';
import { serviceClients, type Stack } from '@evenkeel/stack';
import { describeStores, startStores } from '../stack/local-stores.ts';
import { noteStorePort, settleStorePorts } from '../state/store-ports.ts';
import type { Terminal } from '../terminal.ts';
import { listenForStop } from '../process/stop-signals.ts';
import type { Workspace } from '../workspace.ts';
import { onParentGone } from './parent.ts';
import { claimPart } from './served-part.ts';

/** Holds the process id of a store that takes connections: `kill -0` on it is a probe that costs next to nothing. */
export const readyFileOf = (stateDir: string, store: string) => join(stateDir, `serve-${store}.pid`);

/** Runs stores until it is asked to stop, or its parent is gone. */
export async function serveStores(
  workspace: Workspace,
  terminal: Terminal,
  stack: Stack,
  names: readonly string[],
): Promise<void> {
  const { stateDir, logsDir, secretsDir } = workspace;
  const stop = listenForStop();
  onParentGone(process.ppid, stop.request);
  const readyFiles = names.map((name) => readyFileOf(stateDir, name));
  const forget = () => Promise.all(readyFiles.map((file) => rm(file, { force: true })));
  for (const name of names) await claimPart(stateDir, name);
  await forget();
  const say = (line: string) => void terminal.print(line);
  try {
    const stores = await startStores({
      workspace,
      stack,
      secrets: await ensureSecrets(secretsDir, serviceClients(stack)),
      ports: await settleStorePorts(stateDir),
      only: names,
      temporary: false,
      signal: stop.first,
      onProgress: say,
      onReady: async (name, { pid, port }) => {
        await noteStorePort(stateDir, name, port);
        await writeFile(readyFileOf(stateDir, name), String(pid));
      },
      onEvent: (name, text) => say(`${name}: ${text}`),
    });
    say(`${describeStores(stores)}. Their logs are in ${logsDir}.`);
    await stop.asked;
    await forget();
    await stores.stop();
    say('Stopped.');
  } catch (error) {
    if (!stop.first.aborted) throw error;
  } finally {
    await forget();
  }
}
