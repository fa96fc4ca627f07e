/** One mistake in a hand-written file. Lines count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A mistake in a file that the caller knows. */
export type Mistake = Omit<Problem, 'file'>;

/** `services.yaml:7: message`, the form that terminals and editors turn into a link. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}: ${problem.message}`;
}
