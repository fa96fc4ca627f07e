import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * Asks a Redis for a PONG, with the password, by inline commands. False when nothing listens, it is still loading its
 * data, or it is another server.
 */
export async function pingRedis(port: number, password: string, timeoutMs = 1_000): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.write(`AUTH ${JSON.stringify(password)}\r\nPING\r\nQUIT\r\n`);
  return (await text(socket).catch(() => '')).startsWith('+OK\r\n+PONG\r\n');
}
