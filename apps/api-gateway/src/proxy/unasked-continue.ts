import type { Socket } from 'node:net';

/** The texts that undici sends are heads of requests, and these between the chunks of a body. */
const LONGEST_CHUNK_HEAD = '\r\n0123456789abcdef\r\n'.length;

/**
 * Lets no interim 100 of an upstream through that nobody asked for. A client must be able to read past it (RFC 9110, section
 * 15.2), while undici takes it for a broken connection.
 * @param socket a connection on which undici sends one request after another: the head of each as a text, in one piece
 */
export function skipUnaskedContinue(socket: Socket): Socket {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let atHead = false;

  socket.write = (...args: unknown[]) => {
    if (typeof args[0] === 'string' && args[0].length > LONGEST_CHUNK_HEAD) atHead = true;
    return write(...args);
  };
  socket.read = (size?: number) => {
    for (;;) {
      const chunk = read(size) as Buffer | null;
      const rest = atHead && chunk !== null ? afterContinue(chunk) : undefined;
      if (rest?.length === 0) continue;
      if (chunk !== null) atHead = false;
      return rest ?? chunk;
    }
  };
  return socket;
}

/** What follows an interim 100; undefined when the bytes begin with something else. */
function afterContinue(bytes: Buffer): Buffer | undefined {
  if (bytes.toString('latin1', 0, 13) !== 'HTTP/1.1 100 ') return undefined;
  const end = bytes.indexOf('\r\n\r\n');
  return end === -1 ? undefined : bytes.subarray(end + 4);
}
