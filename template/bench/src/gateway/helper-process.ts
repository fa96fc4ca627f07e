import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A program of this bench in its own process, which exits with this one. */
export interface HelperProcess extends Disposable {
  /** Sends a message, and resolves to the response. */
  ask<T>(message: object | string): Promise<T>;
}

export function startHelper(program: string): HelperProcess {
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${program} has exited`)));
  ended.catch(() => undefined);
  return {
    async ask<T>(message: object | string) {
      const response = once(child, 'message') as Promise<[T]>;
      child.send(message);
      return (await Promise.race([response, ended]))[0];
    },
    [Symbol.dispose]: () => void (child.connected && child.disconnect()),
  };
}
