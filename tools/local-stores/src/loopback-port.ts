import { connect, createServer } from 'node:net';

/** Whether a TCP port on 127.0.0.1 can be listened on, and nobody answers on it already. */
export async function isPortFree(port: number): Promise<boolean> {
  const canListen = await listenBriefly(port).then(
    () => true,
    () => false,
  );
  // BSD lets a second program listen on one address of a port that another holds on all addresses.
  return canListen && !(process.platform === 'darwin' && (await answers(port)));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** A TCP port on 127.0.0.1 that is free at this moment: the preferred one if it is, else one the system picks. */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  return listenBriefly(0);
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
        else resolve(address.port);
      });
    });
  });
}
