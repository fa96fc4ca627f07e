/** What is asked of the process that plays the users. */
export interface Load {
  port: number;
  /** The process whose CPU time is read where the measured time begins and ends. */
  pid: number;
  path: string;
  /** One for each user; the users take turns. */
  tokens: readonly string[];
  connections: number;
  warmUpMs: number;
  measuredMs: number;
}

export interface LoadResult {
  /** Of the measured time: responses with status 200. */
  responses: number;
  seconds: number;
  cpuUs: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the whole time: how many requests had another outcome, by status or what happened. */
  failures: Readonly<Record<string, number>>;
}
