import type { z } from 'zod';
import { describeResponse, jsonOf, type ApiResponse } from './http/response.ts';
import { CheckFailed } from './check-failed.ts';
import { problemShape, unreadableShape, type Problem } from './shapes.ts';

/** Throws CheckFailed unless the status is the one, or one of those, that are expected. */
export function expectStatus(response: ApiResponse, ...statuses: readonly number[]): void {
  if (statuses.includes(response.status)) return;
  throw new CheckFailed(response.request, `status ${statuses.join(' or ')}`, describeResponse(response));
}

/** The body of a successful response as the shape's output. */
export function expectBody<S extends z.ZodType>(response: ApiResponse, status: number, shape: S): z.output<S> {
  expectStatus(response, status);
  const result = shape.safeParse(jsonOf(response));
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`);
  throw new CheckFailed(response.request, mistakes.join('\n'), describeResponse(response));
}

/** The problem document of a refusal with this status and one of these codes. */
export function expectProblem(response: ApiResponse, status: number, ...codes: readonly string[]): Problem {
  const problem = expectBody(response, status, problemShape);
  expectCode(response, problem, codes);
  return problem;
}

/** Like `expectProblem`, for what no handler ever sees because it cannot be read as a request. */
export function expectUnreadable(response: ApiResponse, status: number, code: string): void {
  expectCode(response, expectBody(response, status, unreadableShape), [code]);
}

function expectCode(response: ApiResponse, problem: Omit<Problem, 'trace_id'>, codes: readonly string[]): void {
  const type = response.headers['content-type'] ?? '';
  if (!type.startsWith('application/problem+json')) {
    throw new CheckFailed(response.request, 'Content-Type: application/problem+json', type || 'none');
  }
  if (problem.status === response.status && codes.includes(problem.code)) return;
  const expected = `status ${String(response.status)}, code ${codes.join(' or ')}`;
  throw new CheckFailed(response.request, expected, describeResponse(response));
}

/** A refusal for mistakes in the input that names this field (`''`: the input as a whole) among them. */
export function expectMistake(response: ApiResponse, path: string): void {
  const { errors = [] } = expectProblem(response, 400, 'invalid_request');
  if (errors.some((each) => each.path === path)) return;
  throw new CheckFailed(response.request, `errors with the path ${JSON.stringify(path)}`, response.text);
}

/** Throws CheckFailed unless both are the same as JSON. */
export function expectSame(request: string, what: string, got: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
  if (left !== right) throw new CheckFailed(request, `${what} ${right}`, left);
}

/** Throws CheckFailed unless the condition holds. */
export function expectThat(request: string, holds: boolean, expected: string, got: string): asserts holds {
  if (!holds) throw new CheckFailed(request, expected, got);
}
