import { expect, test } from 'vitest';
import type { ConfigurationVariable } from '../configuration/variables.ts';
import { configurationReference } from './configuration-reference.ts';

const variable = (name: string, more: Partial<ConfigurationVariable> = {}): ConfigurationVariable => ({
  ...{ name, required: false, reloadable: false, secret: false, description: `The ${name}` },
  ...more,
});
const port = variable('PORT', { required: true });
const web = [
  port,
  variable('LEVEL', { default: 'info', reloadable: true }),
  variable('PAGES', { defaultFile: 'apps/web/pages.yaml' }),
];
const jobs = [port, variable('KEY', { required: true, secret: true }), variable('LEVEL', { default: 'a|b' })];

/** The cells of each table, by its title. */
function tablesOf(page: string): Record<string, string[][]> {
  const [, ...sections] = page.split('\n## ');
  const entries = sections.map((section) => {
    const [title = '', ...lines] = section.split('\n');
    const rows = lines.filter((line) => line.startsWith('|')).slice(2);
    return [title, rows.map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))] as const;
  });
  return Object.fromEntries(entries.map(([title, rows]) => [title, rows.map((row) => row.slice(1, -1))]));
}

test('each variable has a row, and what all services have alike has one for all', () => {
  const page = configurationReference(
    new Map([
      ['web', web],
      ['jobs', jobs],
    ]),
  );
  expect(tablesOf(page)).toEqual({
    'Every service': [['`PORT`', 'required', '', '', 'The PORT']],
    web: [
      ['`LEVEL`', '`info`', 'yes', '', 'The LEVEL'],
      ['`PAGES`', '[apps/web/pages.yaml](../../apps/web/pages.yaml)', '', '', 'The PAGES'],
    ],
    jobs: [
      ['`KEY`', 'required', '', 'yes', 'The KEY'],
      ['`LEVEL`', '`a\\|b`', '', '', 'The LEVEL'],
    ],
  });
});

test('a single service has one table', () => {
  expect(Object.keys(tablesOf(configurationReference(new Map([['web', web]]))))).toEqual(['web']);
});

test('a variable without a description is named', () => {
  const undescribed = [variable('SIZE', { description: '' })];
  expect(() => configurationReference(new Map([['web', undescribed]]))).toThrow('SIZE of web');
});
