import type { ConfigurationVariable, ServiceVariables } from '../configuration/variables.ts';
import { markdownTable, type Row } from '../print/markdown-table.ts';

const HEAD = `# Configuration

Written by \`./keel generate\` from \`src/config.ts\` of each service.

The value of \`NAME\` is the first of: the environment, the file that \`NAME_FILE\` names, the file \`NAME\` in the folder
\`CONFIG_DIR\`, the file \`ENV_FILE\` ([ADR 4](../adr/0004-configuration-and-secrets.md)). A reloadable variable is read again
on SIGHUP; any other when the service starts. A secret has no default, and is never shown in a message, a log line or
\`/healthz\`.
`;

/**
 * A page with a table for each service, and one for what all of them have.
 *
 * @throws Error naming the variables that lack a description
 */
export function configurationReference(services: ServiceVariables): string {
  const undescribed = [...services].flatMap(([service, variables]) =>
    variables.filter(({ description }) => description === '').map(({ name }) => `${name} of ${service}`),
  );
  if (undescribed.length > 0) throw new Error(`needs a description (.describe) of ${undescribed.join(', ')}`);

  const rows = new Map([...services].map(([service, variables]) => [service, variables.map(rowOf)]));
  const lists = [...rows.values()];
  const isShared = (row: Row) =>
    lists.length > 1 && lists.every((list) => list.some((other) => other.join() === row.join()));
  const tables = [
    ['Every service', (lists[0] ?? []).filter(isShared)] as const,
    ...[...rows].map(([service, own]) => [service, own.filter((row) => !isShared(row))] as const),
  ];
  const sections = tables.map(([title, list]) =>
    list.length === 0 ? '' : `\n## ${title}\n\n${markdownTable(TITLES, list)}`,
  );
  return `${HEAD}${sections.join('')}`;
}

const TITLES: Row = ['variable', 'default', 'reloadable', 'secret', 'what for'];

function rowOf(variable: ConfigurationVariable): Row {
  const { name, description, reloadable, secret } = variable;
  const yes = (is: boolean) => (is ? 'yes' : '');
  return [`\`${name}\``, defaultOf(variable), yes(reloadable), yes(secret), description];
}

function defaultOf({ required, defaultFile, default: value }: ConfigurationVariable): string {
  if (required) return 'required';
  if (defaultFile !== undefined) return `[${defaultFile}](../../${defaultFile})`;
  if (value === undefined) return 'none';
  return value === '' ? 'empty' : `\`${value}\``;
}
