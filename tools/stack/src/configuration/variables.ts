import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Stack } from '../stack.ts';

/** What a service's configuration schema says of a variable. */
export interface ConfigurationVariable {
  readonly name: string;
  /** As it is written; absent when there is none. */
  readonly default?: string;
  /** The file whose content is the default, relative to the root. */
  readonly defaultFile?: string;
  readonly required: boolean;
  readonly reloadable: boolean;
  readonly secret: boolean;
  /** `''` when the schema has none. */
  readonly description: string;
}

/** The variables of each service that has code, by its name. */
export type ServiceVariables = ReadonlyMap<string, readonly ConfigurationVariable[]>;

/** Reads `configSchema` of each service's `config.ts`. @throws Error when one cannot be loaded */
export async function loadVariables(root: string, { services }: Stack): Promise<ServiceVariables> {
  const fileOf = (name: string) => join(root, 'apps', name, 'src', 'config.ts');
  const names = services.map(({ name }) => name).filter((name) => existsSync(fileOf(name)));
  const program = fileURLToPath(new URL('describe.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, root, ...names.map(fileOf)]);
  const variables = JSON.parse(stdout) as ConfigurationVariable[][];
  return new Map(names.map((name, index) => [name, variables[index] ?? []]));
}
