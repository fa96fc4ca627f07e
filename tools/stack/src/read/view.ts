import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node } from 'yaml';
import type { Problem } from '../problem.ts';

/** A place in a YAML or JSON file, which may be empty: what is there, and on which line. */
export interface View {
  readonly value: unknown;
  /** Of the value or, if it is missing, of the nearest thing around it. */
  readonly line: number;
  /** Of the key that leads here. */
  readonly lineOfKey: number;
  readonly exists: boolean;
  /** The tag before the value, as Compose's `!override` does. */
  readonly tag: string | undefined;
  get(key: PropertyKey): View;
  /** The entries of a map; none when this is no map. */
  entries(): [string, View][];
  /** The items of a list; none when this is no list. */
  items(): View[];
  /** A string, number or boolean as text. */
  text(): string | undefined;
}

/**
 * Reads YAML (and so JSON) text. Never throws: syntax errors and repeated keys are in `problems`.
 *
 * @returns the whole file as a view; undefined when the text is not YAML
 */
export function readYaml(text: string, file: string): { view: View | undefined; problems: Problem[] } {
  const lines = new LineCounter();
  // Repeated keys are reported by repeatedKeys, which can name the key and both lines.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true });
  const lineOf = (node: unknown): number | undefined => {
    const start = (node as Node | null | undefined)?.range?.[0];
    return start === undefined ? undefined : lines.linePos(start).line;
  };
  const syntax = document.errors.map(({ pos, message }) => ({ file, line: lines.linePos(pos[0]).line, message }));
  if (syntax.length > 0) return { view: undefined, problems: syntax };
  const problems = repeatedKeys(document, lineOf).map((each) => ({ file, ...each }));
  try {
    return { view: viewOf(document, lineOf, document.toJS(), document.contents, 1), problems };
  } catch (error) {
    return { view: undefined, problems: [...problems, { file, line: 1, message: (error as Error).message }] };
  }
}

type LineOf = (node: unknown) => number | undefined;

function viewOf(document: Document, lineOf: LineOf, value: unknown, node: unknown, lineOfKey: number): View {
  const content = isAlias(node) ? node.resolve(document) : node;
  const isObject = typeof value === 'object' && value !== null;
  const get = (key: PropertyKey): View => {
    // The last of repeated keys, as in the plain data.
    const pair = isMap(content) ? content.items.findLast((each) => nameOf(each.key) === String(key)) : undefined;
    const child = isSeq(content) ? content.items[Number(key)] : pair?.value;
    const present = isObject ? (value as Record<PropertyKey, unknown>)[key] : undefined;
    return viewOf(document, lineOf, present, child, lineOf(pair?.key ?? child) ?? lineOfKey);
  };
  return {
    value,
    line: lineOf(node) ?? lineOfKey,
    lineOfKey,
    exists: value !== undefined,
    tag: (node as Node | null | undefined)?.tag,
    get,
    entries: () => (isObject && !Array.isArray(value) ? Object.keys(value).map((key) => [key, get(key)]) : []),
    items: () => (Array.isArray(value) ? value.map((_, index) => get(index)) : []),
    text: () => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined),
  };
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function repeatedKeys(document: Document, lineOf: LineOf): { line: number; message: string }[] {
  const problems: { line: number; message: string }[] = [];
  visit(document, {
    Map(_, map) {
      const first = new Map<string, number>();
      for (const { key } of map.items) {
        const name = nameOf(key);
        const line = lineOf(key) ?? 1;
        const earlier = first.get(name);
        if (earlier === undefined || name === '<<') first.set(name, line);
        else problems.push({ line, message: `"${name}" is given twice; the first is on line ${earlier}` });
      }
    },
  });
  return problems;
}
