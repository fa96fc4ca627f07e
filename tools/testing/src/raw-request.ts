import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends bytes as they are and returns everything received until the server closes the connection. After that many
 * responses the client closes its side.
 */
export async function sendRaw(port: number, text: string, responses = Infinity): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  const closeWhenAnswered = () => {
    if (statusesIn(answer).length >= responses) socket.end();
  };
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    answer += chunk;
    closeWhenAnswered();
  });
  // A server that refuses may close while we still write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text, 'latin1');
  closeWhenAnswered();
  await once(socket, 'close');
  return answer;
}

/** The status of each response, as long as no body looks like one. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 ([2-5]\d\d) /g)].map(([, status]) => Number(status));
}

/** The code of the problem in a response; undefined when it is not a problem. */
export function problemCode(answer: string): string | undefined {
  if (!/^content-type: application\/problem\+json/im.test(answer)) return undefined;
  return /"code":"(\w+)"/.exec(answer)?.[1];
}
