import { once } from 'node:events';
import pc from 'picocolors';

export type Terminal = ReturnType<typeof openTerminal>;

/** Where the tool writes: on a terminal with colours, elsewhere plain. NO_COLOR and FORCE_COLOR are honoured (no-color.org). */
export function openTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
  const isTerminal = stdout.isTTY === true;
  const colored = env['NO_COLOR'] ? false : Boolean(env['FORCE_COLOR']) || (isTerminal && env['TERM'] !== 'dumb');
  for (const stream of [stdout, stderr]) {
    // A reader that went away (`./keel up | head`) must not crash us before the services are stopped.
    stream.on('error', () => {});
  }
  // Each stream of each service may wait.
  stdout.setMaxListeners(0);
  return {
    isTerminal,
    colors: pc.createColors(colored),
    /** A line on stdout. False: the reader is slow, wait for `drained`. */
    print: (line: string) => stdout.write(`${line}\n`),
    /** A line on stderr. */
    complain: (line: string) => void stderr.write(`${line}\n`),
    /** Resolves when the reader has caught up, or has gone away. */
    async drained(): Promise<void> {
      if (stdout.writableNeedDrain) await once(stdout, 'drain').catch(() => {});
    },
  };
}
