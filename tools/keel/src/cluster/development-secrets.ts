import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSecrets, filesOf } from '@evenkeel/secrets';
import { serviceClients, type Stack } from '@evenkeel/stack';
import { createKubectl } from './kubectl.ts';

const MANIFEST = join('infra', 'k8s', 'base', 'namespace', 'namespace.yaml');
const LABEL = { 'app.kubernetes.io/managed-by': 'keel' };

export interface Target {
  context: string;
  namespace: string;
}

interface SecretList {
  items: { data?: Record<string, string> }[];
}

/**
 * Makes the development secrets that are missing in a namespace, and the namespace itself. They are kept in the cluster
 * alone: what is there stays, since the stores were set up with it.
 */
export async function ensureClusterSecrets(
  root: string,
  stack: Stack,
  target: Target,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await changeClusterSecrets(root, stack, target, env, () => Promise.resolve());
}

/**
 * The same, and changes them.
 *
 * @param change gets a folder with a file for each secret that is there
 */
export async function changeClusterSecrets<T>(
  root: string,
  stack: Stack,
  target: Target,
  env: NodeJS.ProcessEnv,
  change: (folder: string) => Promise<T>,
): Promise<T> {
  const { namespace } = target;
  const kubectl = createKubectl(target, env);
  const apply = (input: string) => kubectl(['apply', '--server-side', '--field-manager=keel', '--filename=-'], input);

  const manifest = await readFile(join(root, MANIFEST), 'utf8');
  await apply(manifest.replace(/(?<=^ {2}name: ).*/m, namespace));
  const selector = Object.entries(LABEL).map((pair) => pair.join('='));
  const present = await kubectl(['get', 'secrets', '--selector', selector.join(), '--output=json']);

  const folder = await mkdtemp(join(tmpdir(), 'keel-secrets-'));
  try {
    for (const { data = {} } of (JSON.parse(present) as SecretList).items) {
      for (const [name, value] of Object.entries(data)) {
        await writeFile(join(folder, name), Buffer.from(value, 'base64'), { mode: 0o600 });
      }
    }
    const changed = await change(folder);
    const files = await filesOf(await ensureSecrets(folder, serviceClients(stack)));
    const items = [...files].map(([name, own]) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, labels: LABEL },
      stringData: Object.fromEntries(own),
    }));
    await apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return changed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
