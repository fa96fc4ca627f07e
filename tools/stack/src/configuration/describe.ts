// Runs as a process of its own, since it loads the configuration schema of a service and all that this imports. Arguments:
// the folder that paths of default files are relative to, and the services' `config.ts`. Writes a ConfigurationVariable[]
// for each of them to stdout.
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { marksOf, type ConfigSchema } from '@evenkeel/config';
import { z } from 'zod';
import type { ConfigurationVariable } from './variables.ts';

const [root = '', ...files] = process.argv.slice(2);
const all = files.map(async (file) => {
  const { configSchema } = (await import(pathToFileURL(file).href)) as { configSchema: ConfigSchema };
  return variablesOf(configSchema);
});
process.stdout.write(JSON.stringify(await Promise.all(all)));

function variablesOf(schema: ConfigSchema): ConfigurationVariable[] {
  // As a value is written, before it is read: a list is still a text then.
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  return fields.map(([name, field]) => {
    const { secret = false, reloadable = false, defaultFile } = marksOf(field);
    const { default: value } = properties[name] as { default?: string | number | boolean | string[] };
    return {
      ...{ name, secret, reloadable, required: defaultFile === undefined && required.includes(name) },
      ...(value !== undefined && { default: String(value) }),
      ...(defaultFile !== undefined && { defaultFile: relative(root, defaultFile) }),
      description: field.description ?? '',
    };
  });
}
