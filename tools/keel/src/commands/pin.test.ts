import { expect, it } from 'vitest';
import { withDigests } from './pin.ts';

const overlay = `# Written by ./keel pin.
images:
  - { name: ours/web, newName: registry.example.com/web, newTag: none }
  - { name: ours/web-shop, newName: registry.example.com/web-shop, newTag: none } # Mine.
`;
const image = (name: string, digest: string) => ({ 'image.name': name, 'containerimage.digest': digest });
const metadata = {
  web: image('localhost:5001/web:1', 'sha256:aa'),
  'web-shop': image('ghcr.io/us/web-shop:1', 'sha256:bb'),
};

it('writes name and digest of each image, and can do so again', () => {
  const pinned = withDigests(overlay, metadata, ['web', 'web-shop']);
  expect(pinned).toBe(`# Written by ./keel pin.
images:
  - { name: ours/web, newName: localhost:5001/web, digest: sha256:aa }
  - { name: ours/web-shop, newName: ghcr.io/us/web-shop, digest: sha256:bb } # Mine.
`);
  expect(withDigests(pinned, metadata, ['web', 'web-shop'])).toBe(pinned);
});

it('refuses to leave out a service', () => {
  expect(() => withDigests(overlay, metadata, ['web', 'worker'])).toThrow('The metadata has no image of worker');
  const more = { ...metadata, worker: image('ghcr.io/us/worker:1', 'sha256:cc') };
  expect(() => withDigests(overlay, more, ['worker'])).toThrow('has no image of worker');
});
