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
    },
  ],
  backing: [{ name: 'redis', image: 'redis:8', port: 6379 }],
  checks: { port: 9070 },
};

test('every port moves by the offset and nothing else changes', () => {
  const moved = withPortOffset(stack, 100);
  expect(moved.services[0]).toMatchObject({ name: 'web', port: 8180, adminPort: 9180, debugPort: 9329 });
  expect(moved.backing).toEqual([{ name: 'redis', image: 'redis:8', port: 6479 }]);
  expect(withPortOffset(moved, -100)).toEqual(stack);
});

test.each([[60_000], [-9_000], [0.5], [Number.NaN]])('the offset %d is refused with a reason', (offset) => {
  expect(() => withPortOffset(stack, offset)).toThrow(/PORT_OFFSET.*\./);
});
