// Runs as a process of its own: it loads every service's configuration schema and all that these import, which the
// tool itself then need not hold in memory. Reads ConfiguredServices from stdin, writes a Validation to stdout.
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { readConfig, type ConfigSchema } from '@evenkeel/config';
import type { ConfiguredService, Validation } from './check-configuration.ts';

const services = JSON.parse(await text(process.stdin)) as ConfiguredService[];
const checked = await Promise.all(
  services.map(async ({ name, configFile, env }) => {
    const { configSchema } = (await import(pathToFileURL(configFile).href)) as { configSchema: ConfigSchema };
    const result = readConfig(configSchema, env);
    const mistakes = result.ok ? [] : result.problems.map((problem) => ({ service: name, ...problem }));
    return { name, variables: Object.keys(configSchema.shape), mistakes };
  }),
);
const validation: Validation = {
  mistakes: checked.flatMap(({ mistakes }) => mistakes),
  variables: Object.fromEntries(checked.map(({ name, variables }) => [name, variables])),
};
process.stdout.write(JSON.stringify(validation));
