// Loaded before a program that knows nothing of keel: its log is readable, and it stops once the process KEEL_PARENT is no
// longer its parent.
import { formatLine } from '../log/format-line.ts';
import { openTerminal } from '../terminal.ts';
import { onParentGone } from './parent.ts';

// eslint-disable-next-line no-restricted-properties -- the program that follows reads it as well
const { env } = process;
const write = process.stdout.write.bind(process.stdout);
const { colors } = openTerminal(process.stdout, process.stderr, env);
process.stdout.write = (text: string | Uint8Array) => write(`${formatLine(String(text).trimEnd(), colors)}\n`);

onParentGone(Number(env['KEEL_PARENT']), () => process.kill(process.pid, 'SIGTERM'));
