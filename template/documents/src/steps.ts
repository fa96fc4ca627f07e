/** A command of a transcript and its output. */
export interface Step {
  command: string;
  /** As in the document, with `…` for what differs from run to run; empty if the command has no output. */
  output: string;
  /** The command's line in the document, counted from 1. */
  line: number;
}

/**
 * The steps of all ```console blocks of a Markdown document, in order. A line that begins with `$ ` is a command, which
 * continues while its lines end in a backslash; the lines after it are its output.
 */
export function stepsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  let inside = false;
  let continued = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) {
      inside = !inside && line.trim() === '```console';
      continue;
    }
    if (!inside) continue;
    const last = steps.at(-1);
    if (continued && last !== undefined) last.command += `\n${line}`;
    else if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '', line: index + 1 });
    else if (last !== undefined) last.output += `${line}\n`;
    continued = line.endsWith('\\') && (continued || line.startsWith('$ '));
  }
  return steps.map((step) => ({ ...step, output: step.output.trim() }));
}

/** Whether the output is the documented one, in which `…` stands for anything within a line. */
export function looksLike(output: string, documented: string): boolean {
  const pattern = documented.split('…').map(escape).join('[^\\n]*?');
  return new RegExp(`^${pattern}$`).test(output.trim().replace(/[ \r]+$/gm, ''));
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
