import { expect, test } from 'vitest';
import { withPortOffset } from './port-offset.ts';
import type { Stack } from './stack.ts';

const stack: Stack = {
  services: [
    {
      name: 'web',
      port: 8080,
      adminPort: 9080,
      debugPort: 9229,
      dependsOn: [],
      calls: [],
      restartPolicy: 'parallel',
      secrets: [],
      grants: [],
      scopes: [],
    },
  ],
  backing: [{ name: 'redis', image: 'redis:8', port: 6379 }],
  sidecars: [],
  checks: { port: 9070 },
  observability: [{ name: 'grafana', port: 3000 }],
};

test('every port moves by the offset and nothing else changes', () => {
  const moved = withPortOffset(stack, 100);
  expect(moved.services[0]).toMatchObject({ name: 'web', port: 8180, adminPort: 9180, debugPort: 9329 });
  expect(moved.backing).toEqual([{ name: 'redis', image: 'redis:8', port: 6479 }]);
  expect(moved.observability).toEqual([{ name: 'grafana', port: 3100 }]);
  expect(withPortOffset(moved, -100)).toEqual(stack);
});

test.each([[60_000], [-9_000], [0.5], [Number.NaN]])('the offset %d is refused with a reason', (offset) => {
  expect(() => withPortOffset(stack, offset)).toThrow(/PORT_OFFSET.*\./);
});

test.each([
  [2000, '8080 of web to 10080', 2100],
  [1000, '9080 of web to 10080', 1100],
  [-2080, '8080 of web to 6000', -1980],
  [-1414, '8080 of web to 6666', -1314],
  [851, '9229 of web to 10080', 951],
])('the offset %d is refused, since no browser opens the port that it leads to', (offset, why, next) => {
  expect(() => withPortOffset(stack, offset)).toThrow(
    `${why}, which browsers refuse to open (Fetch standard, "Port blocking"). Try PORT_OFFSET=${next}.`,
  );
  expect(() => withPortOffset(stack, next)).not.toThrow();
});

test('a store, and a page that may not be served, may have a port that browsers refuse', () => {
  expect(withPortOffset(stack, 287).backing[0]?.port).toBe(6666);
  expect(withPortOffset(stack, 3000).observability[0]?.port).toBe(6000);
});
