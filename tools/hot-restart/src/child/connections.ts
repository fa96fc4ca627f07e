import { subscribe } from 'node:diagnostics_channel';
import { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';

/** Sends a connection's handle away; calls back when the other process has been given it, or with the error. */
export type SendConnection = (port: number, handle: object, done: (error: Error | null) => void) => void;

/** The parts of Node's handles that the cluster module uses as well. */
interface ListeningHandle {
  onconnection?: (error: number, handle: ConnectionHandle) => void;
}
interface ConnectionHandle {
  readStop(): number;
  close(): void;
}

/** The HTTP servers of this process and their connections: takes in what the process before it passes on, and passes on. */
export class Connections {
  /** With their ports, which a server that has stopped listening no longer knows. */
  readonly #servers = new Map<HttpServer, number>();
  readonly #sockets = new Set<Socket>();
  readonly #inFlight = new Map<Socket, number>();
  readonly #send: SendConnection;
  #latest: Socket | undefined;
  #yielding = false;
  #unsent = 0;
  #allSent = Promise.withResolvers<void>();

  constructor(send: SendConnection) {
    this.#send = send;
  }

  /** Learns of servers, connections and requests from Node's diagnostics channels. */
  observe(): void {
    subscribe('tracing:net.server.listen:asyncEnd', (message) => {
      const { server } = message as { server: Server | HttpServer };
      if (!isHttp(server)) return;
      const address = server.address();
      if (typeof address !== 'object' || address === null) return;
      this.#servers.set(server, address.port);
      server.once('close', () => this.#servers.delete(server));
    });
    subscribe('net.server.socket', (message) => {
      const { socket } = message as { socket: Socket };
      this.#sockets.add(socket);
      this.#latest = socket;
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#inFlight.delete(socket);
      });
    });
    subscribe('http.server.request.start', (message) => this.#count((message as { socket: Socket }).socket, 1));
    subscribe('http.server.response.finish', (message) => {
      const { socket } = message as { socket: Socket };
      this.#count(socket, -1);
      // Before the next request of this connection can be read.
      if (this.#yielding) process.nextTick(() => this.#passIdle());
    });
  }

  /**
   * Serves a connection as if the server on that port had accepted it; closes it when there is none. One that comes when
   * this process has already yielded goes on to its successor.
   */
  take(port: number, handle: unknown): void {
    const connection = handle as ConnectionHandle;
    if (this.#yielding) return this.#pass(port, connection, () => connection.close());
    const [server] = [...this.#servers].find(([, listensOn]) => listensOn === port) ?? [];
    const listening = listeningHandle(server);
    if (server === undefined || listening?.onconnection === undefined) return connection.close();
    this.#latest = undefined;
    listening.onconnection(0, connection);
    if (this.#latest !== undefined) closeUnlessUsed(this.#latest, idleLimitMs(server));
  }

  /** Resolves when every idle connection has been passed on. Those that become idle later, and new ones, follow. */
  async yield(): Promise<void> {
    this.#yielding = true;
    for (const [server, port] of this.#servers) {
      const listening = listeningHandle(server);
      if (listening?.onconnection === undefined) continue;
      listening.onconnection = (error, handle) => {
        if (error === 0 || error === undefined) this.#pass(port, handle, () => handle.close());
      };
    }
    this.#passIdle();
    await this.sent();
  }

  /** Whether connections are on their way to another process. */
  get isSending(): boolean {
    return this.#unsent > 0;
  }

  /** Resolves when none is on its way any more. */
  sent(): Promise<void> {
    return this.isSending ? this.#allSent.promise : Promise.resolve();
  }

  #count(socket: Socket, change: 1 | -1): void {
    this.#inFlight.set(socket, (this.#inFlight.get(socket) ?? 0) + change);
  }

  #passIdle(): void {
    for (const [server, port] of this.#servers) {
      for (const socket of this.#idle(server)) {
        const handle = (socket as unknown as { _handle: ConnectionHandle | null })._handle;
        if (handle === null) continue;
        handle.readStop();
        socket.setTimeout(0);
        this.#sockets.delete(socket);
        // Node's parser still takes it for an idle connection of this process, to be destroyed with the others.
        socket.destroy = () => socket;
        this.#pass(port, handle, () => {
          restoreDestroy(socket);
          socket.destroy();
        });
      }
    }
  }

  /**
   * Connections without a byte of a request that is not answered. Which have received a part of one only Node's parser
   * knows, so it is asked: it would destroy exactly the idle ones. A connection that never sent anything is idle too.
   */
  #idle(server: HttpServer): Socket[] {
    const idle: Socket[] = [];
    const own = [...this.#sockets].filter((socket) => (socket as { server?: unknown }).server === server);
    for (const socket of own) {
      socket.destroy = () => {
        if ((this.#inFlight.get(socket) ?? 0) === 0 && socket.writableLength === 0) idle.push(socket);
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

  #pass(port: number, handle: ConnectionHandle, release: () => void): void {
    this.#unsent += 1;
    this.#send(port, handle, () => {
      release();
      this.#unsent -= 1;
      if (this.#unsent > 0) return;
      this.#allSent.resolve();
      this.#allSent = Promise.withResolvers<void>();
    });
  }
}

function restoreDestroy(socket: Socket): void {
  delete (socket as { destroy?: unknown }).destroy;
}

function isHttp(server: Server): server is HttpServer {
  return server instanceof HttpServer;
}

function listeningHandle(server: Server | undefined): ListeningHandle | undefined {
  return (server as { _handle?: ListeningHandle | null } | undefined)?._handle ?? undefined;
}

/**
 * How long a kept connection that was taken in may be idle. Node takes it for one that has not begun its first request and
 * would answer 408 to nothing when that takes too long: it is closed before.
 */
function idleLimitMs(server: HttpServer): number {
  const limits = [server.keepAliveTimeout, server.headersTimeout * 0.9, server.requestTimeout * 0.9];
  return Math.min(...limits.filter((limit) => limit > 0));
}

function closeUnlessUsed(socket: Socket, ms: number): void {
  if (ms === Infinity) return;
  const timer = setTimeout(() => socket.bytesRead === 0 && socket.destroy(), ms);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
