import { expect, test } from 'vitest';
import { planRestart } from '../plan/plan.ts';
import type { Stack } from '../stack.ts';
import { graphAsJson, graphAsMermaid, graphAsText } from './graph.ts';
import { planAsText } from './plan-text.ts';

const stack: Stack = {
  services: [
    {
      name: 'end',
      port: 80,
      adminPort: 81,
      debugPort: 82,
      dependsOn: ['auth-api'],
      calls: ['redis'],
      restartPolicy: 'parallel',
      secrets: [],
      grants: [],
      scopes: [],
    },
    {
      name: 'auth-api',
      port: 90,
      adminPort: 91,
      debugPort: 92,
      dependsOn: [],
      calls: [],
      restartPolicy: 'serial',
      secrets: [],
      grants: [],
      scopes: [],
    },
  ],
  backing: [{ name: 'redis', image: 'redis:8', port: 6379 }],
  sidecars: [],
  checks: { port: 9070 },
  observability: [],
};

test('as text, in the order of the start', () => {
  expect(graphAsText(stack)).toBe(`auth-api  port 90, admin 91, debug 92, serial
end  port 80, admin 81, debug 82, parallel
  ├─ depends on auth-api
  └┄ calls redis
redis  port 6379, redis:8
`);
});

test('as Mermaid, where a service may have the name of a keyword', () => {
  expect(graphAsMermaid(stack)).toBe(`flowchart TD
  END["end<br>:80"]
  AUTH_API["auth-api<br>:90"]
  REDIS[("redis<br>:6379")]
  END --> AUTH_API
  END -.-> REDIS
`);
});

test('as JSON, with the waves', () => {
  expect(JSON.parse(graphAsJson(stack))).toEqual({ ...stack, waves: [[['auth-api']], [['end']]] });
});

test('a plan, with its reasons', () => {
  expect(planAsText(planRestart(stack))).toBe(`wave 1  depends on no other service of this plan
  auth-api  (serial, one at a time)
wave 2  begins when wave 1 is ready
  end  (parallel; after auth-api)
`);
  expect(planAsText(planRestart(stack, []))).toBe('Nothing to restart.\n');
});
