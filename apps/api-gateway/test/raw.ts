import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes as they are and returns everything received until the server closes the connection. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
  // A server that refuses may close while we still write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return answer;
}

/** The code of the problem in a response; undefined when it is not a problem. */
export function problemCode(answer: string): string | undefined {
  if (!/^content-type: application\/problem\+json/im.test(answer)) return undefined;
  return /"code":"(\w+)"/.exec(answer)?.[1];
}
