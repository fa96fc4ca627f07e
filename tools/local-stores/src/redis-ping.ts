import { connect } from 'node:net';

/**
 * Asks a Redis for a PONG, with the password, in RESP (the Redis serialization protocol). False when nothing listens,
 * it is still loading its data, or it is another server.
 */
export function pingRedis(port: number, password: string, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => socket.write(command('AUTH', password) + command('PING')));
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (answer.startsWith('-') || answer.split('\r\n').length > 2) finish(answer === '+OK\r\n+PONG\r\n');
    });
  });
}

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
