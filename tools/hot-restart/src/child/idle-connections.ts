import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';

/** The parts of Node's handles that the cluster module uses as well. */
export interface ConnectionHandle {
  readStop(): number;
  close(): void;
}

/**
 * Those of a server's connections without a byte of a request that is not answered. Which have received a part of one only
 * Node's parser knows, so it is asked: it would destroy exactly the idle ones. A connection that never sent anything is
 * idle too.
 */
export function idleSockets(
  server: HttpServer,
  sockets: Iterable<Socket>,
  isBusy: (socket: Socket) => boolean,
): Socket[] {
  const idle: Socket[] = [];
  const own = [...sockets].filter((socket) => (socket as { server?: unknown }).server === server);
  for (const socket of own) {
    socket.destroy = () => {
      if (!isBusy(socket) && socket.writableLength === 0) idle.push(socket);
      return socket;
    };
  }
  server.closeIdleConnections();
  for (const socket of own) {
    restoreDestroy(socket);
    if (socket.bytesRead === 0 && !socket.destroyed && !idle.includes(socket)) idle.push(socket);
  }
  return idle;
}

/** Takes the handle from an idle connection, to be sent away; `release` ends what is left here. None when it is closed. */
export function detach(socket: Socket): { handle: ConnectionHandle; release: () => void } | undefined {
  const handle = (socket as unknown as { _handle: ConnectionHandle | null })._handle;
  if (handle === null) return undefined;
  handle.readStop();
  socket.setTimeout(0);
  // Node's parser still takes it for an idle connection of this process, to be destroyed with the others.
  socket.destroy = () => socket;
  const release = () => {
    restoreDestroy(socket);
    socket.destroy();
  };
  return { handle, release };
}

function restoreDestroy(socket: Socket): void {
  delete (socket as { destroy?: unknown }).destroy;
}

/** Closes a connection that was taken in and stays idle, before Node does with an answer to a request that never came. */
export function closeUnlessUsed(socket: Socket, server: HttpServer): void {
  // How long a kept connection that was taken in may be idle: Node takes it for one that has not begun its first request.
  const limits = [server.keepAliveTimeout, server.headersTimeout * 0.9, server.requestTimeout * 0.9];
  const ms = Math.min(...limits.filter((limit) => limit > 0));
  if (ms === Infinity) return;
  const timer = setTimeout(() => socket.bytesRead === 0 && socket.destroy(), ms);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
