import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** The output of a command (stdout and stderr) and its exit status. */
export interface Shown {
  output: string;
  status: number;
}

const LIMIT_MS = 60_000;

/**
 * Runs the commands in order in one bash, as a user would type them, so that variables stay set. Its messages are in
 * English, without warnings about a missing locale.
 * @returns one entry per command; fewer if the shell exited early, or there is no bash.
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
    // Except for the first command, the text before a mark begins with the status of the previous command.
    const output = index === 0 ? before : before.slice(before.indexOf('\n') + 1);
    return { output, status: Number.parseInt(after, 10) };
  });
}
