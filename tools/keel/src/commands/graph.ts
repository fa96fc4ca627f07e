import { graphAsJson, graphAsMermaid, graphAsText } from '@evenkeel/stack';
import { readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

export const GRAPH_FORMATS = { text: graphAsText, mermaid: graphAsMermaid, json: graphAsJson } as const;

/** Prints the dependency graph. */
export async function graph(
  { root }: Workspace,
  terminal: Terminal,
  format: keyof typeof GRAPH_FORMATS,
): Promise<void> {
  terminal.print(GRAPH_FORMATS[format](await readStackFile(root)).trimEnd());
}
