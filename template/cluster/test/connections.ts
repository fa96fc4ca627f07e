import { docker } from '@evenkeel/containers';
import { kubectl } from './cluster.ts';

/** Where the process runs that tries to connect: in a pod, or in a container beside the nodes. */
export type Source = { namespace: string; pod: string } | { image: string };

/** Prints those of its arguments that accept a TCP connection. All images here have Bash and coreutils. */
const script = `for address in "$@"; do
  timeout 3 bash -c ": <>/dev/tcp/\${address/://}" 2>/dev/null && echo "$address" &
done
wait`;

/** Which of these addresses, `host:port`, a place can connect to. */
export async function reachable(source: Source, addresses: readonly string[]): Promise<Set<string>> {
  const args = ['-c', script, 'bash', ...addresses];
  const { stdout } =
    'image' in source
      ? await docker(['run', '--rm', '--network=kind', '--entrypoint=bash', source.image, ...args])
      : await kubectl(['exec', '--namespace', source.namespace, source.pod, '--', 'bash', ...args]);
  return new Set(stdout.split('\n').filter(Boolean));
}
