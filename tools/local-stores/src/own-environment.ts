import { accessSync, constants, statSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names that the shell has for other programs, and that would change what ours do. */
const FOREIGN = [
  // For one program of Node, not for every one below it: a debugger's port, a module that is not here.
  /^NODE_(OPTIONS|ENV)$/,
  // The clients of PostgreSQL take from these what a connection string leaves open, such as PGSSLMODE.
  /^PG[A-Z]+$/,
  // A hook of git sets them, and git in another folder would work on that repository.
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE)$/,
  /^(BASH_ENV|CDPATH)$/,
];

/** A Unix socket in a folder of ours below it must fit into 104 bytes (macOS; Linux has 108). */
const LONGEST_TMPDIR = 70;
/** Where TMPDIR does not say it, and /tmp, which is then the default, cannot be used. */
const OTHER_FOLDERS = ['/var/tmp', '/dev/shm'];
const LOOPBACK = '127.0.0.1,localhost,::1';

/**
 * Makes the environment of this process, which its children inherit, one that the stack can run in on anybody's machine.
 * What is meant for services only comes as SERVICE_NODE_OPTIONS.
 */
export function settleEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env))
    if (FOREIGN.some((pattern) => pattern.test(name))) Reflect.deleteProperty(env, name);
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) {
    if (env[name] !== undefined && !isUsableFolder(env[name])) Reflect.deleteProperty(env, name);
  }
  const isNamed = Boolean(env['TMPDIR'] ?? env['TMP'] ?? env['TEMP']);
  const other = isNamed || isUsableFolder('/tmp') ? undefined : OTHER_FOLDERS.find(isUsableFolder);
  if (other !== undefined) env['TMPDIR'] = other;
  // tcsh exports the machine's name as HOST, where a service would take it for the address to listen on.
  if (env['HOST'] === hostname()) delete env['HOST'];
  if (Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name))) {
    for (const name of ['NO_PROXY', 'no_proxy']) env[name] = withLoopback(env[name]);
  }
}

/** `*` excepts everything already, and only by itself. */
function withLoopback(exceptions = ''): string {
  if (exceptions === '*' || exceptions.endsWith(LOOPBACK)) return exceptions;
  return exceptions === '' ? LOOPBACK : `${exceptions},${LOOPBACK}`;
}

function isUsableFolder(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return statSync(path).isDirectory() && Buffer.byteLength(path) <= LONGEST_TMPDIR && path.startsWith('/');
  } catch {
    return false;
  }
}
