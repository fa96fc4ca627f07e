import { expect, it } from 'vitest';
import { withDigests } from './pin.ts';

const overlay = `resources: []
images:
  - { name: evenkeel/web, newName: registry.example.com/web, newTag: none }
  - { name: evenkeel/removed, newName: registry.example.com/removed, newTag: none }
patches: []
`;
const image = (name: string, digest: string) => ({ 'image.name': name, 'containerimage.digest': digest });
const metadata = { web: image('localhost:5001/web:1', 'sha256:aa'), shop: image('ghcr.io/us/shop', 'sha256:bb') };

it('names the image of each service by its digest, and can do so again', () => {
  const pinned = withDigests(overlay, metadata, ['web', 'shop']);
  expect(pinned).toBe(`resources: []
images:
  - { name: evenkeel/web, newName: localhost:5001/web, digest: 'sha256:aa' }
  - { name: evenkeel/shop, newName: ghcr.io/us/shop, digest: 'sha256:bb' }
patches: []
`);
  expect(withDigests(pinned, metadata, ['web', 'shop'])).toBe(pinned);
});

it('leaves out no service, and nothing that it does not find', () => {
  expect(() => withDigests(overlay, metadata, ['web', 'worker'])).toThrow('The metadata has no image of worker');
  expect(() => withDigests('resources: []\n', metadata, ['web'])).toThrow('has no list of images');
});
