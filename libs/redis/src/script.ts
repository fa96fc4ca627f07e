import type { Redis } from 'ioredis';

/** A Lua script of Redis, which runs as one atomic step. */
export type Script<Result> = (keys: readonly string[], args: readonly (string | number)[]) => Promise<Result>;

/** Makes a script callable; it is sent once a connection and named by its hash from then on. */
export function createScript<Result>(redis: Redis, name: string, lua: string): Script<Result> {
  redis.defineCommand(name, { lua });
  const commands = redis as unknown as Record<string, (...args: (string | number)[]) => Promise<Result>>;
  return (keys, args) => {
    const command = commands[name];
    if (command === undefined) throw new Error(`the script ${name} is not defined`);
    return command.call(redis, keys.length, ...keys, ...args);
  };
}
