import { subscribe } from 'node:diagnostics_channel';
import { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import { closeUnlessUsed, detach, idleSockets, type ConnectionHandle } from './idle-connections.ts';

/** Sends a connection's handle away; calls back when the other process has been given it, or with the error. */
export type SendConnection = (port: number, handle: object, done: (error: Error | null) => void) => void;

/** As the cluster module uses it. */
interface ListeningHandle {
  onconnection?: (error: number, handle: ConnectionHandle) => void;
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
      const address = server.address();
      if (!(server instanceof HttpServer) || typeof address !== 'object' || address === null) return;
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
    if (this.#latest !== undefined) closeUnlessUsed(this.#latest, server);
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
      for (const socket of idleSockets(server, this.#sockets, (one) => (this.#inFlight.get(one) ?? 0) !== 0)) {
        const detached = detach(socket);
        if (detached === undefined) continue;
        this.#sockets.delete(socket);
        this.#pass(port, detached.handle, detached.release);
      }
    }
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

function listeningHandle(server: Server | undefined): ListeningHandle | undefined {
  return (server as { _handle?: ListeningHandle | null } | undefined)?._handle ?? undefined;
}
