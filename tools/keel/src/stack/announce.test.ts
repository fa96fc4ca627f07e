import type { Stack } from '@evenkeel/stack';
import { expect, it } from 'vitest';
import { formatTable, rowsOf } from './announce.ts';

it('tells what runs where', () => {
  const service = { dependsOn: [], calls: [], restartPolicy: 'parallel', secrets: [], grants: [], scopes: [] } as const;
  const stack: Stack = {
    services: [{ ...service, name: 'order-inbox', port: 8080, adminPort: 9080, debugPort: 9229 }],
    backing: [],
    sidecars: [],
    checks: { port: 9070 },
    observability: [],
  };
  const stores = [{ name: 'redis', port: 40_001, pid: 8, description: '' }] as const;
  expect(formatTable(rowsOf(stack, stores, () => 7))).toBe(
    [
      'SERVICE      URL                    ADMIN                  DEBUG  PID',
      'order-inbox  http://127.0.0.1:8080  http://127.0.0.1:9080  9229   7',
      'redis        127.0.0.1:40001                                      8',
    ].join('\n'),
  );
});
