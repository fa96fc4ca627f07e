import { graphAsJson, graphAsMermaid, graphAsText } from '@evenkeel/stack';
import { readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

const PRINTERS = { text: graphAsText, mermaid: graphAsMermaid, json: graphAsJson };

/** Prints the dependency graph. */
export async function graph(
  { root }: Workspace,
  terminal: Terminal,
  { format }: { format: keyof typeof PRINTERS },
): Promise<void> {
  terminal.print(PRINTERS[format](await readStackFile(root)).trimEnd());
}
