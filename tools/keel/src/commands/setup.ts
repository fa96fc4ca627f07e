import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureSecrets } from '@evenkeel/secrets';
import { serviceClients } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { runNode } from '../process/run-node.ts';
import { editorExtensions, editorSettings } from '../setup/editor.ts';
import { writeGenerated } from '../setup/generated-json.ts';
import { editorNode, launchConfigurations } from '../setup/launch.ts';
import { composeVariable, publishedPorts, publishedServices } from '../stack/published-services.ts';
import { readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';

/** Prepares the clone to be worked in, and says what it did. A step that fails does not stop the others. */
export async function setup(workspace: Workspace, terminal: Terminal): Promise<void> {
  const { colors } = terminal;
  const failed: string[] = [];
  for (const { name, run } of setupSteps(workspace)) {
    try {
      terminal.print(`${colors.green('✓')} ${name}: ${await run()}`);
    } catch (error) {
      failed.push(name);
      terminal.print(`${colors.red('✗')} ${name}: ${(error as Error).message}`);
    }
  }
  if (failed.length > 0) throw new KeelError(`Not prepared: ${failed.join(', ')}`, { fix: './keel doctor' });
  terminal.print('Ready. Start the stack with npm start, and run all tests with npm test.');
}

/** All that makes a clone ready to work in; each may run any number of times, and says what it did. */
function setupSteps(workspace: Workspace): { name: string; run: () => Promise<string> }[] {
  const { root, env } = workspace;
  const node = (file: string, ...args: string[]) => quietly([join(root, 'node_modules', file), ...args], root, env);
  const generated = (name: string, ours: object) => ({ name, run: () => writeGenerated(join(root, name), ours) });
  return [
    // The launcher installs what is missing before any command runs.
    { name: 'dependencies', run: () => Promise.resolve('as package-lock.json says') },
    { name: 'secrets', run: () => secrets(workspace) },
    { name: '.env', run: () => dotenv(root) },
    generated('.vscode/settings.json', editorSettings),
    generated('.vscode/extensions.json', editorExtensions),
    { name: '.vscode/launch.json', run: () => launch(workspace) },
    { name: 'TypeScript cache', run: () => node('typescript/bin/tsc', '--build').then(() => 'warm') },
    {
      name: 'Nx cache',
      run: () => node('nx/dist/bin/nx.js', 'show', 'projects').then(() => 'the project graph is cached'),
    },
  ];
}

async function secrets(workspace: Workspace): Promise<string> {
  await makeStateFolders(workspace);
  const stack = await readStackFile(workspace.root);
  await ensureSecrets(workspace.secretsDir, serviceClients(stack));
  return `in ${workspace.secretsDir}`;
}

async function dotenv(root: string): Promise<string> {
  try {
    await copyFile(join(root, '.env.example'), join(root, '.env'), constants.COPYFILE_EXCL);
    return 'copied from .env.example';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return 'unchanged';
  }
}

async function launch({ root, env, portOffset }: Workspace): Promise<string> {
  const stack = await readStackFile(root);
  const published = publishedServices(stack, publishedPorts(stack, composeVariable({ root, env })));
  const node = editorNode(root, process.execPath);
  const configurations = launchConfigurations(await readStackFile(root, portOffset), { published, node });
  return writeGenerated(join(root, '.vscode', 'launch.json'), configurations);
}

async function quietly(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const quiet = { ...env, NX_DAEMON: 'false', NX_TUI: 'false' };
  const { code, stdout, stderr } = await runNode(args, { cwd, env: quiet });
  if (code !== 0) throw new Error(`${stdout}${stderr}`.trim().split('\n').slice(0, 10).join('\n'));
}
