import { z } from 'zod';

const port = z.int().min(1).max(65_535);

const service = z
  .strictObject({
    port,
    admin_port: port,
    debug_port: port,
    depends_on: z.array(z.string()).default([]),
    calls: z.array(z.string()).default([]),
    restart_policy: z.enum(['parallel', 'serial']).default('parallel'),
  })
  .transform(({ admin_port, debug_port, depends_on, restart_policy, ...rest }) => ({
    ...rest,
    adminPort: admin_port,
    debugPort: debug_port,
    dependsOn: depends_on,
    restartPolicy: restart_policy,
  }));

const backing = z.strictObject({ image: z.string().min(1), port });

/** The shape of `services.yaml`; its output is a `Stack`. */
export const stackSchema = z
  .strictObject({
    services: z.record(z.string(), service),
    backing: z.record(z.string(), backing).default({}),
    checks: z.strictObject({ port }).default({ port: 9070 }),
  })
  .transform((file) => ({ ...file, services: named(file.services), backing: named(file.backing) }));

/** The keys each part of the file knows, to tell a misspelt one what was meant. */
export const knownKeys = {
  root: ['services', 'backing', 'checks'],
  services: ['port', 'admin_port', 'debug_port', 'depends_on', 'calls', 'restart_policy'],
  backing: ['image', 'port'],
  checks: ['port'],
} as const;

function named<T extends object>(record: Record<string, T>): (T & { name: string })[] {
  return Object.entries(record).map(([key, value]) => ({ name: key, ...value }));
}
