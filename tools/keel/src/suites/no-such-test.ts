import { KeelError } from '../failure.ts';

/** A mistyped pattern must not look like success. */
export function noSuchTest(patterns: readonly string[]): KeelError {
  return new KeelError(`No test file has ${patterns.map((pattern) => `"${pattern}"`).join(' or ')} in its path`, {
    fix: 'Patterns are parts of paths, as in ./keel test libs/config; soaks are run by ./keel soak.',
  });
}
