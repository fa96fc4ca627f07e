import { once } from 'node:events';
import { createServer } from 'node:net';
import { isPortFree } from '@evenkeel/local-stores';

/** A PORT_OFFSET under which no other test gets a port of this one until it is released. */
export interface PortBlock extends AsyncDisposable {
  readonly offset: number;
}

/** Below the ports that the system gives to outgoing connections. */
const [FIRST, LAST, STEP] = [12_000, 12_980, 20];
/** From a port to the one that is held in its place, and that no stack uses. */
const MARK = 9_000;

/**
 * A stack takes seconds from looking for free ports to listening on them, and tests run side by side. So who looks holds a
 * mark for each port, whatever offset leads to it.
 * @param ports of the stack without an offset
 */
export async function takePortBlock(ports: readonly number[]): Promise<PortBlock> {
  for (let offset = FIRST; offset <= LAST; offset += STEP) {
    const marks = new AsyncDisposableStack();
    const isOurs = await (async () => {
      for (const port of ports) if (!(await hold(marks, port + offset + MARK))) return false;
      return (await Promise.all(ports.map((port) => isPortFree(port + offset)))).every(Boolean);
    })();
    if (isOurs) return { offset, [Symbol.asyncDispose]: () => marks.disposeAsync() };
    await marks.disposeAsync();
  }
  throw new Error('there is no PORT_OFFSET under which all ports of the stack are free');
}

async function hold(marks: AsyncDisposableStack, port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (isListening) marks.use(server);
  return isListening;
}
