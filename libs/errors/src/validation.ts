import type { z } from 'zod';
import { AppError, type FieldError } from './app-error.ts';

/** All mistakes of a zod error as `{path, message}`; the path is dotted and empty for the whole input. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
}

/**
 * The input as the schema's output.
 * @param where names the input for the reader: `body`, `query`, `path`.
 * @throws AppError `invalid_request` with every mistake.
 */
export function validate<S extends z.ZodType>(schema: S, input: unknown, where: string): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new AppError('invalid_request', `The ${where} is not valid.`, { errors: fieldErrors(result.error) });
}
