export { AppError, type AppErrorOptions, type ErrorCode, type FieldError } from './app-error.ts';
export { PROBLEM_CONTENT_TYPE, problemSchema, statusOf, toProblem, type Problem } from './problem.ts';
export { fieldErrors, validate } from './validation.ts';
