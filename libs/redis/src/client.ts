import { observeStore, type Logger } from '@evenkeel/telemetry';
import { Redis, type Command } from 'ioredis';
import { toUnavailable } from './unavailable.ts';

export type { Redis } from 'ioredis';

export interface RedisOptions {
  /** `redis://host:port/db`; `rediss:` for TLS. */
  url: string;
  password?: string | undefined;
  logger: Logger;
  /** Shown by Redis' `CLIENT LIST`. */
  name: string;
}

/** A command fails at the latest after this; a server that was silent for a little less has its connection cut before. */
const COMMAND_LIMIT_MS = 800;
const SILENCE_LIMIT_MS = 700;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 500;

/**
 * A client whose commands fail within a second as AppError `unavailable` while Redis is down, paused or failing,
 * and which finds back by itself within a second of its return. It never throws outside of a command.
 */
export function createRedis({ url, password, logger, name }: RedisOptions): Redis {
  const client = new BoundedRedis(url, {
    ...(password === undefined ? {} : { password }),
    connectionName: name,
    commandTimeout: COMMAND_LIMIT_MS,
    connectTimeout: COMMAND_LIMIT_MS,
    // A stopped server keeps its connections open: only silence shows it. Closing the connection is what makes the
    // client look again, instead of queueing more commands behind one that never gets a response.
    socketTimeout: SILENCE_LIMIT_MS,
    // What was in flight fails at once when the connection breaks, and is not sent a second time behind its caller's back.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LAST_RETRY_MS),
  });
  // Until the first connection commands may wait for it. Later they fail at once: a command that waited in the queue
  // would still be carried out after it has failed for its caller.
  client.once('ready', () => {
    client.options.enableOfflineQueue = false;
  });
  logOutages(client, logger);
  return client;
}

/** Closes the connection after the commands in flight; at once when there is none. Never throws. */
export async function closeRedis(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => undefined);
  client.disconnect();
}

class BoundedRedis extends Redis {
  readonly #begin = observeStore({ 'db.system.name': 'redis' });

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    this.#follow(command);
    return super.sendCommand(command, stream);
  }

  /** Here, and not around each call, because pipelines and transactions see their commands' ends only this way. */
  #follow(command: Command): void {
    const { name, resolve, reject } = command;
    // Only its name: keys and arguments hold addresses and secrets.
    const end = this.#begin(name, name);
    command.resolve = (reply: unknown) => {
      end();
      resolve.call(command, reply);
    };
    command.reject = (error: Error) => {
      end(error);
      reject.call(command, toUnavailable(error));
    };
  }
}

/** One line when Redis goes, or the reason changes, and one when it is back: not one for each attempt. */
function logOutages(client: Redis, logger: Logger): void {
  let known: string | undefined;
  client.on('error', (error: Error) => {
    const reason = reasonOf(error);
    if (reason !== known) logger.warn({ reason }, 'redis is unavailable; reconnecting');
    known = reason;
  });
  client.on('ready', () => {
    if (known !== undefined) logger.info('redis is back');
    known = undefined;
  });
}

function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? reasonOf(cause) : error.message || error.name;
}
