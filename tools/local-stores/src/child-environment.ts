/**
 * What the program of a store is started with: of ours only where programs are. A locale that is not installed here (SSH
 * and WSL forward it) or a library path would keep it from starting. Its messages, which we read, are in English.
 *
 * @param libraries LD_LIBRARY_PATH, for a server that was unpacked with libraries of its own
 */
export function storeEnvironment({ PATH }: NodeJS.ProcessEnv, libraries?: string): NodeJS.ProcessEnv {
  return { PATH, LC_ALL: 'C', TZ: 'UTC', ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }) };
}

/** What a tool is started with whose output we read: all that is ours (a proxy for apt, DOCKER_HOST), but in English. */
export function readableEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, LC_ALL: 'C', TZ: 'UTC' };
}

/** What a tool of the system itself needs. */
export const SYSTEM_ENV: NodeJS.ProcessEnv = storeEnvironment({ PATH: '/usr/bin:/bin:/usr/sbin:/sbin' });
