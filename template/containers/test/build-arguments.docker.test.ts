import { expect, it } from 'vitest';
import { buildArguments } from '../src/compose/build-arguments.ts';
import { root } from '../src/compose/copied-stack.ts';
import { needsEngine } from './engine.ts';

needsEngine();

it('uses the images of a mirror, and an image set by its own variable, as Compose does', async () => {
  const mirror = { REGISTRY: 'mirror.example/', NODE_IMAGE: 'mine/node:1', DISTROLESS_IMAGE: '' };
  expect(await buildArguments(root, { env: { ...process.env, ...mirror } })).toMatchObject({
    NODE_IMAGE: 'mine/node:1',
    DISTROLESS_IMAGE: expect.stringMatching(/^mirror\.example\/gcr\.io\/distroless\//),
  });
});
