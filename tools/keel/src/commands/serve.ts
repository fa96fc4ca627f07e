import { suggestion } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { RELOADER } from '../services/reloader-command.ts';
import { readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';

/** Runs one part of the stack in the foreground: a service, a store or all, the reloader, or the checks of some services. */
export async function serve(
  workspace: Workspace,
  terminal: Terminal,
  part: string,
  names: readonly string[],
  options: { exitOnFailure: boolean },
): Promise<void> {
  const stack = await readStackFile(workspace.root, workspace.portOffset);
  const [services, stores] = [stack.services, stack.backing].map((list) => list.map(({ name }) => name));
  await makeStateFolders(workspace);
  const service = stack.services.find(({ name }) => name === part);
  const sidecar = stack.sidecars.find(({ name }) => name === part && name === RELOADER);
  if (service !== undefined) {
    await (await import('../serve/serve-service.ts')).serveService(workspace, stack, service, options);
  } else if (sidecar !== undefined) {
    await (await import('../serve/serve-reloader.ts')).serveReloader(workspace, stack, sidecar);
  } else if (part === 'stores' || stores?.includes(part)) {
    const only = part === 'stores' ? (stores ?? []) : [part];
    await (await import('../serve/serve-stores.ts')).serveStores(workspace, terminal, stack, only);
  } else if (part === 'checks') {
    const chosen = stack.services.filter(({ name }) => names.length === 0 || names.includes(name));
    await (await import('../serve/serve-checks.ts')).serveChecks(workspace, terminal, stack, chosen);
  } else {
    const known = [...(services ?? []), ...(stores ?? []), RELOADER, 'stores', 'checks'];
    const hint = suggestion(part, known) || `; there are ${known.join(', ')}`;
    throw new KeelError(`There is no part "${part}" to serve${hint}`, { exitCode: 2 });
  }
}
