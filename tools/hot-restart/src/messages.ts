/** What the runner and its children say to each other; the service's own messages pass by unharmed. */

/** An import of the service's own code. */
export interface ModuleRequest {
  specifier: string;
  /** URL of the importing module. */
  parent: string;
  /** What it stands for is an own module, which an edit may change: not to be loaded before its time. */
  own: boolean;
}

/** What a child has loaded so far. */
export interface LoadedModules {
  /** Real paths of own files: outside node_modules, or looked for and not found. */
  own: string[];
  /** All imports of own files, in order. */
  imports: ModuleRequest[];
  /** Folders of all third-party files, those that only third-party modules import included. */
  thirdPartyFolders: string[];
}

export interface RestartFigure {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  files: string[];
}

export type ToChild =
  /** `forEdit`: what will be activated is an edit of code that ran before, not the first start. */
  | { hotRestart: 'prepare'; register: string | undefined; modules: ModuleRequest[]; forEdit: boolean }
  | { hotRestart: 'activate' }
  | { hotRestart: 'ping' }
  /** Pass on every connection without a request in flight, and from now on every new one. */
  | { hotRestart: 'yield' }
  /** Give the service its SIGTERM: the reply to `signalled` when this process is to end. */
  | { hotRestart: 'end' }
  /** Comes with the handle of a connection to the server that listens on this port. */
  | { hotRestart: 'connection'; port: number }
  | { hotRestart: 'open-inspector'; host: string; port: number }
  | { hotRestart: 'close-inspector' }
  | { hotRestart: 'live'; figure: RestartFigure | undefined };

export type FromChild =
  | { hotRestart: 'prepared' }
  | { hotRestart: 'loaded'; modules: LoadedModules }
  | { hotRestart: 'pong' }
  | { hotRestart: 'yielded' }
  /** A signal to terminate has come, from the runner or from elsewhere; the service has not got it. */
  | { hotRestart: 'signalled'; signal: NodeJS.Signals }
  | { hotRestart: 'inspector-closed' }
  | { hotRestart: 'connection'; port: number }
  | { hotRestart: 'failed'; message: string };

export function isOurs<T extends ToChild | FromChild>(message: unknown): message is T {
  return typeof message === 'object' && message !== null && 'hotRestart' in message;
}
