import type { Path, YamlSource } from '../read/yaml-with-lines.ts';

/** Something in a file that is not as `services.yaml` says; the caller knows the file. */
export interface Difference {
  readonly line: number;
  readonly message: string;
}

/** A place in a YAML or JSON file, which may be empty: what is there, and on which line. */
export interface View {
  readonly value: unknown;
  /** Of the value or, if it is missing, of the nearest thing around it. */
  readonly line: number;
  /** Of the key that leads here. */
  readonly lineOfKey: number;
  readonly exists: boolean;
  /** What stands before the value, as Compose's `!override` does. */
  readonly tag: string | undefined;
  get(key: string): View;
  /** The entries of a map; none when this is no map. */
  entries(): [string, View][];
  /** The items of a list; none when this is no list. */
  items(): View[];
  /** A string, number or boolean as text. */
  text(): string | undefined;
}

/** The whole file, or the part of it at `path`. */
export function viewOf(source: YamlSource, path: Path = []): View {
  const value = path.reduce((at, step) => (at as Record<PropertyKey, unknown> | null | undefined)?.[step], source.data);
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return {
    value,
    line: source.lineOf(path),
    lineOfKey: source.lineOfKey(path),
    exists: value !== undefined,
    tag: source.tagOf(path),
    get: (key) => viewOf(source, [...path, key]),
    entries: () => (isMap ? Object.keys(value).map((key) => [key, viewOf(source, [...path, key])]) : []),
    items: () => (Array.isArray(value) ? value.map((_, index) => viewOf(source, [...path, index])) : []),
    text: () => (isScalar(value) ? String(value) : undefined),
  };
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
