import { z } from 'zod';
import { generatedSecrets, type SecretId } from '../wiring/generated-secrets.ts';

const port = z.int().min(1).max(65_535);
const list = z.array(z.string()).default([]);
const secretIds = Object.keys(generatedSecrets) as SecretId[];

const service = z.strictObject({
  port,
  admin_port: port,
  debug_port: port,
  depends_on: list,
  calls: list,
  restart_policy: z.enum(['parallel', 'serial']).default('parallel'),
  database: z.string().optional(),
  secrets: z.array(z.enum(secretIds)).default([]),
  grants: list,
  scopes: list,
  no_contract: z.record(z.string(), z.string().min(1)).optional(),
});
const backing = z.strictObject({ image: z.string().min(1), port });
const sidecar = z.strictObject({ image: z.string().min(1), metrics_port: port });
const checks = z.strictObject({ port });
const page = z.strictObject({ port });

const camelCased = service.transform(
  ({ admin_port, debug_port, depends_on, restart_policy, no_contract, ...rest }) => ({
    ...rest,
    adminPort: admin_port,
    debugPort: debug_port,
    dependsOn: depends_on,
    restartPolicy: restart_policy,
    noContract: no_contract,
  }),
);
const sidecarCamelCased = sidecar.transform(({ image, metrics_port }) => ({ image, metricsPort: metrics_port }));

const root = z.strictObject({
  services: z.record(z.string(), camelCased),
  backing: z.record(z.string(), backing).default({}),
  sidecars: z.record(z.string(), sidecarCamelCased).default({}),
  checks: checks.default({ port: 9070 }),
  observability: z.record(z.string(), page).default({}),
});

/** The shape of `services.yaml`; its output is a `Stack`. */
export const stackSchema = root.transform((file) => ({
  ...file,
  services: named(file.services),
  backing: named(file.backing),
  sidecars: named(file.sidecars),
  observability: named(file.observability),
}));

/** The keys each part of the file knows, to tell a misspelt one what was meant. */
export const knownKeys = {
  root: Object.keys(root.shape),
  services: Object.keys(service.shape),
  backing: Object.keys(backing.shape),
  sidecars: Object.keys(sidecar.shape),
  checks: Object.keys(checks.shape),
  observability: Object.keys(page.shape),
};

function named<T extends object>(record: Record<string, T>): (T & { name: string })[] {
  return Object.entries(record).map(([key, value]) => ({ name: key, ...value }));
}
