import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, problemSchema, toProblem, validate } from './index.ts';

describe('toProblem', () => {
  it('carries status, code, trace and every mistake', () => {
    const error = new AppError('invalid_request', 'The body is not valid.', {
      errors: [{ path: 'email', message: 'x' }],
    });
    const problem = toProblem(error, 'abc');
    expect(problemSchema.parse(problem)).toEqual({
      type: 'urn:evenkeel:problem:invalid_request',
      title: 'The request is not valid',
      status: 400,
      detail: 'The body is not valid.',
      code: 'invalid_request',
      trace_id: 'abc',
      errors: [{ path: 'email', message: 'x' }],
    });
  });

  it('never shows the cause', () => {
    const error = new AppError('unavailable', 'Try again.', { cause: new Error('password=hunter2') });
    expect(JSON.stringify(toProblem(error))).not.toContain('hunter2');
  });
});

describe('validate', () => {
  it('reports all mistakes at once, with their paths', () => {
    const schema = z.strictObject({ a: z.string(), b: z.object({ c: z.int() }) });
    const attempt = () => validate(schema, { b: { c: 'no' }, d: 1 }, 'body');
    expect(attempt).toThrow(AppError);
    try {
      attempt();
    } catch (error) {
      expect((error as AppError).errors?.map((e) => e.path)).toEqual(['a', 'b.c', '']);
    }
  });
});
