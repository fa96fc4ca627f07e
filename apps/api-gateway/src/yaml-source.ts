import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';

/** A YAML document with the lines of what is in it. */
export interface YamlSource {
  data: unknown;
  /** Syntax errors; `data` is of no use when there are any. */
  errors: { message: string; line: number }[];
  /** The line, from 1, of the key or item at a path; of the nearest one above it that exists. */
  lineOf(path: readonly PropertyKey[]): number;
}

export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line);
  const errors = document.errors.map((error) => ({ message: error.message, line: lineAt(error.pos[0]) }));
  let data: unknown;
  try {
    if (errors.length === 0) data = document.toJS();
  } catch (error) {
    // Aliases are only looked at here: one without its anchor, or so many that they would fill the memory.
    errors.push({ message: (error as Error).message, line: lineAt(strayAlias(document)?.range?.[0]) });
  }
  return {
    data,
    errors,
    lineOf(path) {
      let node: unknown = document.contents;
      let line = lineAt((node as Node | null)?.range?.[0]);
      for (const step of path) {
        const [key, value] = childOf(node, step);
        const offset = (key as Node | undefined)?.range?.[0];
        if (offset === undefined) return line;
        line = lineAt(offset);
        node = value;
      }
      return line;
    },
  };
}

function strayAlias(document: Document.Parsed): Node | undefined {
  let found: Node | undefined;
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

/** The node that marks the place of a child, and the child. */
function childOf(node: unknown, step: PropertyKey): [place: unknown, child: unknown] {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return [pair?.key, pair?.value];
  }
  const items = (node as { items?: unknown[] } | undefined)?.items;
  const item = items?.[Number(step)];
  return [item, item];
}
