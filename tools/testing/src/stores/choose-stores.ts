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
  const wanted = env['TEST_STORES'] || undefined;
  if (wanted !== undefined && wanted !== 'local' && wanted !== 'containers')
    throw new Error(`TEST_STORES is "${wanted}". Set it to containers or local, or leave it out.`);
  if (wanted === 'local' || (wanted === undefined && !isCi(env))) return 'local';
  if (await engineAnswers()) return 'containers';
  if (wanted === undefined) return 'local';
  throw new Error(
    'TEST_STORES=containers needs a Docker Engine, and none is running. Does `docker info` work? ' +
      'With TEST_STORES=local the same tests run without Docker.',
  );
}

/** CI machines set CI=true, some CI=1. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return env['CI'] === 'true' || env['CI'] === '1';
}
