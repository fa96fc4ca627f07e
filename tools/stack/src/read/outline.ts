import type { Path, YamlSource } from './yaml-with-lines.ts';

/** A value with the line it was written on. */
export interface Located<T> {
  readonly value: T;
  readonly line: number;
}

export interface OutlinedPort extends Located<number> {
  /** Whose port it is, such as `web's admin_port`. */
  readonly owner: string;
  /** Not a store's: it may be opened in a browser. */
  readonly isForBrowsers: boolean;
}

export interface OutlinedService {
  readonly name: string;
  readonly line: number;
  readonly dependsOn: readonly Located<string>[];
  readonly calls: readonly Located<string>[];
  /** Of any type; undefined when the key is not there. */
  readonly database: Located<unknown> | undefined;
  readonly secrets: readonly Located<string>[];
  readonly grants: readonly Located<string>[];
  readonly scopes: readonly Located<string>[];
}

/**
 * What can be made out of a file whose shape may be wrong in places, so that mistakes in names, ports and cycles are
 * reported together with mistakes of shape.
 */
export interface Outline {
  readonly services: readonly OutlinedService[];
  readonly backing: readonly Located<string>[];
  readonly ports: readonly OutlinedPort[];
}

/** Reads whatever is in its right place and leaves the rest to the check of the shape. */
export function outlineOf(source: YamlSource): Outline {
  const services = entries(source, ['services']);
  const backing = entries(source, ['backing']);
  return {
    services: services.map(({ name, line }) => ({
      name,
      line,
      dependsOn: strings(source, ['services', name, 'depends_on']),
      calls: strings(source, ['services', name, 'calls']),
      database: located(source, ['services', name, 'database']),
      secrets: strings(source, ['services', name, 'secrets']),
      grants: strings(source, ['services', name, 'grants']),
      scopes: strings(source, ['services', name, 'scopes']),
    })),
    backing: backing.map(({ name, line }) => ({ value: name, line })),
    ports: [
      ...services.flatMap(({ name }) =>
        ['port', 'admin_port', 'debug_port'].flatMap((key) => ports(source, ['services', name, key])),
      ),
      ...backing.flatMap(({ name }) => ports(source, ['backing', name, 'port'])),
      ...ports(source, ['checks', 'port']),
    ],
  };
}

function entries(source: YamlSource, path: Path): { name: string; line: number }[] {
  const value = at(source, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).map((name) => ({ name, line: source.lineOfKey([...path, name]) }));
}

function strings(source: YamlSource, path: Path): Located<string>[] {
  const value = at(source, path);
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) =>
    typeof item === 'string' ? [{ value: item, line: source.lineOf([...path, index]) }] : [],
  );
}

function located(source: YamlSource, path: Path): Located<unknown> | undefined {
  const value = at(source, path);
  return value === undefined ? undefined : { value, line: source.lineOf(path) };
}

function ports(source: YamlSource, path: Path): OutlinedPort[] {
  const value = at(source, path);
  if (typeof value !== 'number') return [];
  return [
    {
      value,
      line: source.lineOf(path),
      owner: `${String(path.at(-2))}'s ${String(path.at(-1))}`,
      isForBrowsers: path[0] !== 'backing',
    },
  ];
}

function at(source: YamlSource, path: Path): unknown {
  return path.reduce((value, step) => (value as Record<PropertyKey, unknown> | null | undefined)?.[step], source.data);
}
