/** Where a test run takes its stores from. */
export type StoreSource = 'containers' | 'local';

/**
 * TEST_STORES decides. Without it a machine that says it is CI takes containers where it can, and any other takes
 * processes of its own.
 *
 * @param engineAnswers asked only when it matters: it takes a moment
 */
export async function chooseStores(
  env: NodeJS.ProcessEnv,
  engineAnswers: () => Promise<boolean>,
): Promise<StoreSource> {
  switch (env['TEST_STORES'] || undefined) {
    case 'local':
      return 'local';
    case 'containers':
      if (await engineAnswers()) return 'containers';
      throw new Error(
        'TEST_STORES=containers needs a Docker Engine, and none is running. Does `docker info` work? ' +
          'With TEST_STORES=local the same tests run without Docker.',
      );
    case undefined:
      return isCi(env) && (await engineAnswers()) ? 'containers' : 'local';
    default:
      throw new Error(
        `TEST_STORES is "${String(env['TEST_STORES'])}". Set it to containers or local, or leave it out.`,
      );
  }
}

/** CI machines set CI=true, some CI=1. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return env['CI'] === 'true' || env['CI'] === '1';
}
