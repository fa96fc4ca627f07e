import type { z } from 'zod';
import { describeAnswer, jsonOf, type Answer } from './http/answer.ts';
import { BrokenPromise } from './broken-promise.ts';
import { problemShape, unreadableShape, type Problem } from './shapes.ts';

/** Throws BrokenPromise unless the status is the one, or one of those, that are expected. */
export function expectStatus(answer: Answer, ...statuses: readonly number[]): void {
  if (statuses.includes(answer.status)) return;
  throw new BrokenPromise(answer.asked, `status ${statuses.join(' or ')}`, describeAnswer(answer));
}

/** The body of a successful answer as the shape's output. */
export function expectBody<S extends z.ZodType>(answer: Answer, status: number, shape: S): z.output<S> {
  expectStatus(answer, status);
  const result = shape.safeParse(jsonOf(answer));
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`);
  throw new BrokenPromise(answer.asked, mistakes.join('\n'), describeAnswer(answer));
}

/** The problem document of a refusal with this status and one of these codes. */
export function expectProblem(answer: Answer, status: number, ...codes: readonly string[]): Problem {
  const problem = expectBody(answer, status, problemShape);
  expectCode(answer, problem, codes);
  return problem;
}

/** Like `expectProblem`, for what no handler ever sees because it cannot be read as a request. */
export function expectUnreadable(answer: Answer, status: number, code: string): void {
  expectCode(answer, expectBody(answer, status, unreadableShape), [code]);
}

function expectCode(answer: Answer, problem: Omit<Problem, 'trace_id'>, codes: readonly string[]): void {
  const type = answer.headers['content-type'] ?? '';
  if (!type.startsWith('application/problem+json')) {
    throw new BrokenPromise(answer.asked, 'Content-Type: application/problem+json', type || 'none');
  }
  if (problem.status === answer.status && codes.includes(problem.code)) return;
  const expected = `status ${String(answer.status)}, code ${codes.join(' or ')}`;
  throw new BrokenPromise(answer.asked, expected, describeAnswer(answer));
}

/** A refusal for mistakes in the input that names this field (`''`: the input as a whole) among them. */
export function expectMistake(answer: Answer, path: string): void {
  const { errors = [] } = expectProblem(answer, 400, 'invalid_request');
  if (errors.some((each) => each.path === path)) return;
  throw new BrokenPromise(answer.asked, `errors with the path ${JSON.stringify(path)}`, answer.text);
}

/** Throws BrokenPromise unless both are the same as JSON. */
export function expectSame(asked: string, what: string, got: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
  if (left !== right) throw new BrokenPromise(asked, `${what} ${right}`, left);
}

/** Throws BrokenPromise unless the condition holds. */
export function expectThat(asked: string, holds: boolean, expected: string, got: string): asserts holds {
  if (!holds) throw new BrokenPromise(asked, expected, got);
}
