import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KeelError } from '../failure.ts';
import { readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** Where the images of production are named. */
const OVERLAY = join('infra', 'k8s', 'overlays', 'prod', 'kustomization.yaml');

/** What `docker buildx bake --push --metadata-file` writes, by target. */
type Metadata = Record<string, { 'image.name'?: string; 'containerimage.digest'?: string }>;

/** Writes the digests of published images into the overlay for production. */
export async function pin({ root, cwd }: Workspace, terminal: Terminal, file: string): Promise<void> {
  const metadata = JSON.parse(await readFile(resolve(cwd, file), 'utf8')) as Metadata;
  const overlay = join(root, OVERLAY);
  const text = await readFile(overlay, 'utf8');
  const { services, sidecars } = await readStackFile(root);
  const pinned = withDigests(
    text,
    metadata,
    [...services, ...sidecars].map(({ name }) => name),
  );
  await writeFile(overlay, pinned);
  terminal.print(pinned === text ? `${OVERLAY} has these images already.` : `Wrote ${OVERLAY}.`);
}

/** The overlay with all images. @throws KeelError when one is not in the metadata */
export function withDigests(text: string, metadata: Metadata, names: readonly string[]): string {
  const images = names.map((name) => {
    const { 'image.name': image = '', 'containerimage.digest': digest } = metadata[name] ?? {};
    if (image !== '' && digest !== undefined) {
      return `  - { name: evenkeel/${name}, newName: ${image.replace(/:[^/]*$/, '')}, digest: '${digest}' }\n`;
    }
    throw new KeelError(`The metadata has no image of ${name}`, {
      fix: 'docker buildx bake -f infra/docker/docker-bake.hcl --push --metadata-file FILE',
    });
  });
  const present = /(?<=^images:\n)(?: +- .*\n)*/m;
  if (!present.test(text)) throw new KeelError(`${OVERLAY} has no list of images`);
  return text.replace(present, () => images.join(''));
}
