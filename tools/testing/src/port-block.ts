import { once } from 'node:events';
import { createServer } from 'node:net';
import { isPortFree } from '@evenkeel/local-stores';

/** A PORT_OFFSET that no other test gets until it is released. */
export interface PortBlock extends AsyncDisposable {
  readonly offset: number;
}

/** Steps and range keep any two blocks apart, and below the ports that the system gives to outgoing connections. */
const [FIRST, LAST, STEP] = [12_000, 12_980, 20];

/**
 * A stack takes seconds from looking for free ports to listening on them, and tests run side by side. So who looks
 * holds the port whose number is the offset.
 * @param ports of the stack without an offset
 */
export async function takePortBlock(ports: readonly number[]): Promise<PortBlock> {
  for (let offset = FIRST; offset <= LAST; offset += STEP) {
    const mark = createServer().listen({ port: offset, host: '127.0.0.1', exclusive: true });
    const isOurs = await once(mark, 'listening').then(
      () => true,
      () => false,
    );
    if (!isOurs) continue;
    const free = await Promise.all(ports.map((port) => isPortFree(port + offset)));
    if (free.every(Boolean)) return { offset, [Symbol.asyncDispose]: () => mark[Symbol.asyncDispose]() };
    await mark[Symbol.asyncDispose]();
  }
  throw new Error('there is no PORT_OFFSET under which all ports of the stack are free');
}
