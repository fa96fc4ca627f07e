// Runs as a process of its own: it loads every service's configuration schema and all that these import, which the
// tool itself then need not hold in memory. Reads ConfiguredServices from stdin, writes ConfigMistakes to stdout.
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { readConfig, type ConfigSchema } from '@evenkeel/config';
import type { ConfigMistake, ConfiguredService } from './check-configuration.ts';

const services = JSON.parse(await text(process.stdin)) as ConfiguredService[];
const checked = services.map(async ({ name, configFile, env }): Promise<ConfigMistake[]> => {
  const { configSchema } = (await import(pathToFileURL(configFile).href)) as { configSchema: ConfigSchema };
  const result = readConfig(configSchema, env);
  return result.ok ? [] : result.problems.map((problem) => ({ service: name, ...problem }));
});
process.stdout.write(JSON.stringify((await Promise.all(checked)).flat()));
