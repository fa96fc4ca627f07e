/**
 * Why Pact cannot run here; undefined when it can. Its native library is an optional dependency, one package a system:
 * where there is none, everything else installs and runs.
 */
export async function whyNoPact(): Promise<string | undefined> {
  try {
    await import('@pact-foundation/pact-core');
    return undefined;
  } catch (error) {
    const [reason] = String((error as Error).message).split('\n');
    return `Pact does not run on ${process.platform}-${process.arch}: ${String(reason).trim()}`;
  }
}
