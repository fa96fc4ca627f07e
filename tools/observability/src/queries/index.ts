export { mistakeIn } from './grammar.ts';
export { listQueries } from './list-queries.ts';
export { namesIn } from './names-in.ts';
export type { ListedQuery } from './queries-of-dashboard.ts';
