import pc from 'picocolors';

/** Where the tool writes. On a terminal with colours; elsewhere plain. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** A line on stdout. False: the reader is slow, wait for `drained`. */
  print(line: string): boolean;
  /** A line on stderr. */
  complain(line: string): void;
  /** Resolves when the reader has caught up, or has gone away. */
  drained(): Promise<void>;
}

/** The terminal of a process. NO_COLOR and FORCE_COLOR are honoured (no-color.org). */
export function openTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Terminal {
  const isTerminal = stdout.isTTY === true;
  const colored = env['NO_COLOR'] ? false : Boolean(env['FORCE_COLOR']) || (isTerminal && env['TERM'] !== 'dumb');
  for (const stream of [stdout, stderr]) {
    // A reader that went away (`./keel up | head`) must not end us before the services are ended.
    stream.on('error', () => {});
  }
  // One listener for all who wait: each line of each service may be one.
  const waiting = new Set<() => void>();
  const goOn = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  // After an error nothing drains any more.
  for (const event of ['drain', 'error']) stdout.on(event, goOn);
  return {
    isTerminal,
    colors: pc.createColors(colored),
    print: (line) => stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    drained: () => new Promise((resolve) => void (stdout.writableNeedDrain ? waiting.add(resolve) : resolve())),
  };
}
