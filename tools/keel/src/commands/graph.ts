import { graphAsJson, graphAsMermaid, graphAsText, type Stack } from '@evenkeel/stack';
import { readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';
import type { GraphFormat } from './graph-formats.ts';

const PRINTERS: Record<GraphFormat, (stack: Stack) => string> = {
  text: graphAsText,
  mermaid: graphAsMermaid,
  json: graphAsJson,
};

/** Prints the dependency graph. */
export async function graph({ root }: Workspace, terminal: Terminal, format: GraphFormat): Promise<void> {
  terminal.print(PRINTERS[format](await readStackFile(root)).trimEnd());
}
