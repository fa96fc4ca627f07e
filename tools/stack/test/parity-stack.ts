import type { Stack } from '../src/stack.ts';

/** A small stack for the tests of parity: one service for clients, one behind it, one store. */
export const stack: Stack = {
  services: [
    {
      name: 'web',
      port: 8080,
      adminPort: 9080,
      debugPort: 9229,
      dependsOn: ['worker'],
      calls: ['redis'],
      restartPolicy: 'parallel',
      secrets: [],
      grants: [],
      scopes: [],
    },
    {
      name: 'worker',
      port: 8081,
      adminPort: 9081,
      debugPort: 9230,
      dependsOn: ['redis'],
      calls: [],
      restartPolicy: 'parallel',
      secrets: ['admin_password'],
      grants: [],
      scopes: [],
    },
  ],
  backing: [{ name: 'redis', image: 'redis:8', port: 6379 }],
  sidecars: [{ name: 'watcher', image: 'example/watcher', metricsPort: 9102 }],
  checks: { port: 9070 },
  observability: [],
};
