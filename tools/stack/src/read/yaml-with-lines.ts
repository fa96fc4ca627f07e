import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, ParsedNode, YAMLMap } from 'yaml';
import type { Problem } from '../problem.ts';

export type Path = readonly PropertyKey[];

/** A YAML file as data that still knows the line of every key and value. */
export interface YamlSource {
  /** The plain data; undefined when the text is not YAML. */
  readonly data: unknown;
  /** Syntax errors and repeated keys. */
  readonly problems: readonly Problem[];
  /** The line of the value at `path`, or of the nearest thing around it that exists. */
  lineOf(path: Path): number;
  /** The line of the key that `path` ends with. */
  lineOfKey(path: Path): number;
  /** The tag that stands before the value at `path` (`!override`), if there is one. */
  tagOf(path: Path): string | undefined;
}

/** Reads YAML (and so JSON) text. Never throws: what is wrong with the text is in `problems`. */
export function readYamlSource(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  // Repeated keys are reported by repeatedKeys, which can name the key and both lines.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;

  const syntax = document.errors.map((error) => ({ file, line: lineAt(error.pos[0]), message: error.message }));
  const problems: Problem[] = [...syntax, ...repeatedKeys(document, file, lineAt)];
  const data = syntax.length === 0 ? plainData(document, file, problems) : undefined;

  const locate = (path: Path, end: 'key' | 'value'): number => {
    let node: Node | null | undefined = document.contents;
    let offset = startOf(node) ?? 0;
    for (const [depth, step] of path.entries()) {
      const found: Found | undefined = child(resolve(node, document), step);
      if (found === undefined) break;
      const last = depth === path.length - 1;
      offset =
        (last && end === 'value' ? startOf(found.value) : undefined) ?? startOf(found.key ?? found.value) ?? offset;
      node = found.value;
    }
    return lineAt(offset);
  };
  return {
    data,
    problems,
    lineOf: (path) => locate(path, 'value'),
    lineOfKey: (path) => locate(path, 'key'),
    tagOf: (path) => {
      const node = document.getIn(path, true);
      return isNode(node) ? node.tag : undefined;
    },
  };
}

interface Found {
  key?: Node | undefined;
  value: Node | null;
}

function child(node: Node | null | undefined, step: PropertyKey): Found | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { value: item as Node };
  }
  if (!isMap(node)) return undefined;
  // The last of repeated keys, as in the plain data.
  const pair = node.items.findLast((item) => keyName(item.key) === String(step));
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

function resolve(node: Node | null | undefined, document: Document): Node | null | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}

function keyName(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function plainData(document: Document.Parsed, file: string, problems: Problem[]): unknown {
  try {
    return document.toJS();
  } catch (error) {
    problems.push({ file, line: 1, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function repeatedKeys(document: Document.Parsed, file: string, lineAt: (offset: number) => number): Problem[] {
  const problems: Problem[] = [];
  const visitMap = (map: YAMLMap<unknown, unknown>): void => {
    const first = new Map<string, number>();
    for (const { key, value } of map.items) {
      const name = keyName(key);
      const line = lineAt(startOf(key as ParsedNode) ?? 0);
      const earlier = first.get(name);
      if (earlier === undefined || name === '<<') first.set(name, line);
      else problems.push({ file, line, message: `"${name}" is given twice; the first is on line ${earlier}` });
      visit(value);
    }
  };
  const visit = (node: unknown): void => {
    if (isMap(node)) visitMap(node);
    else if (isSeq(node)) node.items.forEach(visit);
  };
  visit(document.contents);
  return problems;
}
