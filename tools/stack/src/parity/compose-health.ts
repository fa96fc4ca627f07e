import type { Service } from '../stack.ts';
import { withDefaults } from './compose-defaults.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/** The health check of a service asks `/readyz`, on its admin port when it names one. */
export function healthDifferences({ name, adminPort }: Service, found: View): Difference[] {
  const test = found.get('healthcheck').get('test');
  const command = withDefaults(
    test.text() ??
      test
        .items()
        .map((item) => item.text() ?? '')
        .join(' '),
  );
  if (!test.exists) return [{ line: found.lineOfKey, message: `${name} has no health check` }];
  if (!command.includes('/readyz'))
    return [{ line: test.line, message: `the health check of ${name} does not ask /readyz` }];
  const port = /:(\d+)\/readyz/.exec(command)?.[1];
  if (port === undefined || port === String(adminPort)) return [];
  return [
    { line: test.line, message: `the health check of ${name} asks port ${port}, its admin_port is ${adminPort}` },
  ];
}
