import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** What a command printed on stdout and stderr, and its exit status. */
export interface Shown {
  output: string;
  status: number;
}

const LIMIT_MS = 60_000;

/**
 * Runs the commands one after the other in one bash, as somebody would type them, so that variables stay set.
 * It speaks English, and has nothing to say about a locale that is not installed.
 * @returns one entry a command; fewer when the shell ended early, or there is no bash.
 */
export function typeInto(commands: readonly string[], cwd: string): Promise<Shown[]> {
  const mark = `--- ${randomUUID()}`;
  const script = commands.map((command) => `${command}\nprintf '\\n%s %s\\n' '${mark}' "$?"`).join('\n');
  return new Promise((resolve, reject) => {
    const shell = spawn('env', ['LC_ALL=C', 'bash', '-s'], { cwd, stdio: ['pipe', 'pipe', 'pipe'], timeout: LIMIT_MS });
    let text = '';
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    }
    shell.on('error', reject);
    shell.on('close', () => resolve(split(text, mark)));
    shell.stdin.end(`exec 2>&1\n${script}\n`);
  });
}

function split(text: string, mark: string): Shown[] {
  const [...parts] = text.split(`\n${mark} `);
  return parts.slice(1).map((after, index) => {
    const before = parts[index] ?? '';
    // What stands before a mark begins, but for the first command, with the status of the command before it.
    const output = index === 0 ? before : before.slice(before.indexOf('\n') + 1);
    return { output, status: Number.parseInt(after, 10) };
  });
}
