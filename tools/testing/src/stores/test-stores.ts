/** Where the stores of a test run are, as passed to the test processes. */
export interface StoreAddresses {
  /** Names what this run makes, so that runs on shared stores do not meet. */
  run: string;
  /** A superuser's connection string, password included. */
  postgresUrl: string;
  redisUrl: string;
  redisPassword: string;
}

/** The stores of a test run, wherever they come from. */
export interface Stores {
  addresses: Omit<StoreAddresses, 'run'>;
  stop(): Promise<void>;
}
