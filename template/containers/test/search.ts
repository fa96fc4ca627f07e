import { spawn } from 'node:child_process';
import { docker } from '../src/engine/docker.ts';

/**
 * Returns the texts that occur in any file of an image. Searches the file system of a container, since the engine's
 * layers may be compressed.
 */
export async function foundInImage(image: string, texts: readonly string[]): Promise<string[]> {
  // Some images have no command; the container is never started.
  const id = (await docker(['create', image, 'nothing'])).stdout.trim();
  try {
    const exported = spawn('docker', ['export', id], { stdio: ['ignore', 'pipe', 'inherit'] });
    const found = new Set<string>();
    const longest = Math.max(...texts.map((text) => Buffer.byteLength(text)));
    let tail = Buffer.alloc(0);
    for await (const chunk of exported.stdout as AsyncIterable<Buffer>) {
      const seen = Buffer.concat([tail, chunk]);
      for (const text of texts) if (seen.includes(text)) found.add(text);
      tail = seen.subarray(-longest);
    }
    return [...found];
  } finally {
    await docker(['rm', '--volumes', id]);
  }
}
