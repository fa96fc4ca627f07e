import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** Whether a TCP port on 127.0.0.1 is free to listen on. */
export async function isPortFree(port: number): Promise<boolean> {
  const canListen = await listenBriefly(port).then(
    () => true,
    () => false,
  );
  // BSD lets a second program listen on one address of a port that another holds on all addresses.
  return canListen && !(process.platform === 'darwin' && (await answers(port)));
}

function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  return once(socket, 'connect').then(
    () => Boolean(socket.destroy()),
    () => false,
  );
}

/** A TCP port on 127.0.0.1 that is free at this moment: the preferred one if it is, else one the system picks. */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  return listenBriefly(0);
}

async function listenBriefly(port: number): Promise<number> {
  await using server = createServer();
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
