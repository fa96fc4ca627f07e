import type { Project } from '../src/compose/project.ts';
import { docker } from '../src/engine/docker.ts';

/** The total memory of some containers in MiB; prints the memory of each. */
export async function memory(project: Project, services: readonly string[]): Promise<number> {
  const names = services.map((service) => `${project.name}-${service}-1`);
  const { stdout } = await docker(['stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...names]);
  const used = [...stdout.matchAll(/ ([\d.]+)MiB \//g)].map(([, mib]) => Number(mib));
  if (used.length !== services.length) throw new Error(`docker stats tells of other containers:\n${stdout}`);
  const total = used.reduce((sum, mib) => sum + mib, 0);
  console.log(`memory of the whole stack: ${total.toFixed(0)} MiB\n${stdout.trim()}`);
  return total;
}
