// The process that `keel serve <service>` becomes: the hot-restart runner, with readable output, which other
// commands can ask for a restart. Usage: main.ts <ServiceProgram as JSON>
import cluster from 'node:cluster';
import { EventEmitter } from 'node:events';
import type { RunnerEvent } from '@evenkeel/hot-restart';
import { readSettings, run } from '@evenkeel/hot-restart/run';
import { openControlServer } from '../control/control-server.ts';
import { followLines } from '../log/follow-lines.ts';
import { formatLine } from '../log/format-line.ts';
import { liveOrFailed } from '../services/readiness.ts';
import { notePid } from '../state/pid-file.ts';
import { openTerminal } from '../terminal.ts';
import { onParentGone } from './parent.ts';
import { notePart } from './served-part.ts';

export interface ServiceProgram {
  name: string;
  url: string;
  /** Path of the service's main module. */
  entry: string;
  stateDir: string;
  /** Process id of who started `keel serve`. */
  parent: number;
  exitOnFailure: boolean;
}

const { name, url, entry, stateDir, parent, exitOnFailure } = JSON.parse(process.argv[2] ?? '') as ServiceProgram;
const terminal = openTerminal(process.stdout, process.stderr, process.env);
const events = new EventEmitter();

cluster.setupPrimary({ silent: true });
cluster.on('fork', ({ process: { stdout, stderr } }) => {
  for (const stream of [stdout, stderr]) {
    if (stream !== null)
      void followLines(stream, terminal, (line) => terminal.print(formatLine(line, terminal.colors)));
  }
});
const io = {
  print: (line: string) => void terminal.print(terminal.colors.bold(line)),
  notify: (event: RunnerEvent) => void events.emit(event.type, event),
};
const settings = readSettings([entry], process.env, process.cwd());
const { runner, stop } = await run(settings, io, process.env['NODE_COMPILE_CACHE']);
let wasReady = false;
events.once('ready', () => (wasReady = true));
events.on('failed', () => {
  if (exitOnFailure && !wasReady) void runner.stop().then(() => process.exit(1));
});
onParentGone(parent, stop);

const { socket } = await openControlServer((names, reason) => {
  const live = liveOrFailed(events);
  runner.restart(reason);
  return live.then(
    () => ({ ok: true, done: names, failed: [], untouched: [] }),
    ({ message }: Error) => ({
      ok: false,
      done: [],
      failed: names.map((service) => ({ service, message })),
      untouched: [],
    }),
  );
});
notePid(stateDir, name, process.pid);
await notePart(stateDir, name, { pid: process.pid, socket, url });
runner.open();
