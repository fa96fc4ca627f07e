import type { Worker } from 'node:cluster';
import { backoffMs, steadyAfterMs } from './backoff.ts';
import type { RunnerEvent } from './index.ts';
import type { Cause } from './lines.ts';
import { failedLine, liveLine } from './lines.ts';
import type { LoadedModules } from './messages.ts';
import type { ModuleList } from './module-list.ts';
import { isPaused } from './paused.ts';
import { ServiceProcess } from './service-process.ts';
import type { Settings } from './settings.ts';
import { Sources } from './sources.ts';
import { Standby } from './standby.ts';
import { judge } from './verdict.ts';

export interface RunnerIo {
  fork(): Worker;
  print(line: string): void;
  notify(event: RunnerEvent): void;
  /** Called when the work of a restart is over. */
  tidyMemory(): void;
}

/** Keeps one process of the service live, and replaces it by one with new code when that is ready. */
export class Runner {
  readonly #settings: Settings;
  readonly #io: RunnerIo;
  readonly #list: ModuleList;
  readonly #sources: Sources;
  readonly #standby: Standby;
  readonly #retiring = new Set<Promise<number>>();
  #active: ServiceProcess | undefined;
  #candidate: ServiceProcess | undefined;
  #answer: Promise<boolean> | undefined;
  #loaded: LoadedModules = { own: [], imports: [], thirdPartyFolders: [] };
  #preloaded: ReadonlySet<string> = new Set();
  /** Changed since the live code was started, a failed attempt's files included. */
  readonly #pending = new Set<string>();
  /** Changed since a process began to import, which has not said yet what. */
  #unreported: Set<string> | undefined;
  #attempt = 0;
  #lives = 0;
  #liveSince = 0;
  #crashes = 0;
  #crashTimer: NodeJS.Timeout | undefined;
  #broken = false;
  #stopping: Promise<number> | undefined;

  constructor(settings: Settings, list: ModuleList, io: RunnerIo) {
    this.#settings = settings;
    this.#list = list;
    this.#io = io;
    this.#standby = new Standby(settings.standby, () => this.#spawn());
    this.#sources = new Sources({
      entry: settings.entry,
      pollMs: settings.pollMs,
      // Asked now, it has answered when the burst is over, unless it is paused.
      onFirst: () => {
        this.#answer = this.#settings.debug && this.#active?.ping();
      },
      onChanges: (changed, since) => this.#changed(changed, since),
      onError: (message) => this.#io.print(message),
    });
  }

  /** Starts watching, and the service unless it is held; then `start` begins. */
  open(): void {
    if (this.#settings.hold) this.#standby.fill(0);
    else this.start();
    this.#sources.start();
  }

  start(): void {
    if (this.#attempt === 0) void this.#attemptStart({ reason: 'started', since: Date.now() });
  }

  /** Replaces the live process although nothing has changed. */
  restart(reason: string): void {
    void this.#attemptStart({ reason, since: Date.now() });
  }

  reload(): void {
    this.#active?.signal('SIGHUP');
    this.#candidate?.signal('SIGHUP');
  }

  /** Ends all processes, the live one by draining it; resolves to its exit code. A second call kills. */
  stop(): Promise<number> {
    if (this.#stopping !== undefined) for (const one of [this.#active, this.#candidate]) one?.signal('SIGKILL');
    return (this.#stopping ??= this.#end());
  }

  async #end(): Promise<number> {
    clearTimeout(this.#crashTimer);
    this.#sources.close();
    this.#standby.discard();
    if (this.#candidate !== undefined) this.#retire(this.#candidate);
    if (this.#active !== undefined) await this.#closeInspector(this.#active);
    const code = (await this.#active?.retire(this.#drainMs)) ?? 0;
    await Promise.all(this.#retiring);
    this.#io.notify({ type: 'stopped', code });
    return code;
  }

  #changed(changed: string[], since: number): void {
    const verdict = judge(changed, {
      own: new Set(this.#loaded.own),
      preloaded: this.#preloaded,
      thirdPartyFolders: new Set(this.#loaded.thirdPartyFolders),
      packages: this.#sources.packages,
      workspace: this.#sources.workspace,
      broken: this.#broken || this.#loaded.own.length === 0,
    });
    for (const path of changed) this.#unreported?.add(path);
    if (verdict.packagesChanged) this.#sources.readPackages();
    if (verdict.discardStandby) {
      this.#standby.discard();
      this.#sources.forgetThirdParty();
    }
    if (verdict.restartFor.length === 0) return verdict.discardStandby ? this.#standby.fill(1000) : undefined;
    for (const path of verdict.restartFor) this.#pending.add(path);
    if (this.#attempt > 0) void this.#attemptStart({ files: verdict.restartFor, since });
  }

  async #attemptStart(cause: Cause): Promise<void> {
    const attempt = (this.#attempt += 1);
    clearTimeout(this.#crashTimer);
    if (this.#candidate !== undefined) this.#retire(this.#candidate);
    this.#candidate = undefined;
    if (this.#active !== undefined) await this.#patiently(this.#active, this.#answer, 150);
    if (attempt !== this.#attempt || this.#stopping !== undefined) return;
    // A process that is still preparing is not superseded: whenever it is ready to, it imports the newest code.
    await this.#standby.prepared();
    if (attempt !== this.#attempt || this.#stopping !== undefined) return;
    const next = (this.#candidate = this.#standby.take());
    this.#unreported = new Set();
    if (this.#active === undefined) this.#openInspector(next);
    const ready = await next.activate(this.#settings.readyMs);
    if (attempt !== this.#attempt || this.#stopping !== undefined) return;
    this.#candidate = undefined;
    const full = 'files' in cause ? { ...cause, files: [...this.#pending] } : cause;
    if (ready) await this.#takeOver(next, full);
    else this.#failed(next, full);
  }

  async #takeOver(next: ServiceProcess, cause: Cause): Promise<void> {
    const old = this.#active;
    this.#active = next;
    this.#broken = false;
    this.#pending.clear();
    const to = Date.now();
    if (old !== undefined) {
      await this.#patiently(old, old.yield(), 1000);
    }
    this.#io.print(liveLine(cause, to - cause.since, this.#sources.workspace));
    this.#io.notify({ type: 'ready', pid: next.pid, restarts: this.#lives, ms: to - cause.since });
    const files = 'files' in cause ? cause.files : [];
    next.tell({ hotRestart: 'live', figure: this.#lives > 0 ? { from: cause.since, to, files } : undefined });
    this.#standby.fill(this.#lives > 0 ? 100 : 1000);
    this.#lives += 1;
    this.#liveSince = to;
    if (old === undefined) return;
    await this.#closeInspector(old);
    this.#openInspector(next);
    this.#retire(old);
  }

  #failed(next: ServiceProcess, cause: Cause): void {
    this.#broken = true;
    const message = next.failure ?? (next.alive ? this.#tooSlow() : 'the process ended before it was ready');
    if (next.alive) this.#retire(next);
    this.#io.print(failedLine(cause, message, this.#sources.workspace, this.#active !== undefined));
    this.#io.notify({ type: 'failed', message });
    this.#standby.fill(50);
    if (this.#active === undefined && this.#crashes > 0) this.#startAgain();
  }

  #tooSlow(): string {
    return `it did not say that it is ready within ${this.#settings.readyMs} ms (HOT_RESTART_READY_MS)`;
  }

  #exited(process: ServiceProcess, code: number): void {
    if (process !== this.#active || this.#stopping !== undefined) return;
    this.#active = undefined;
    if (Date.now() - this.#liveSince > steadyAfterMs) this.#crashes = 0;
    this.#io.print(
      `the service ended by itself with code ${code}; it is started again in ${backoffMs(this.#crashes)} ms`,
    );
    if (this.#candidate === undefined) this.#startAgain();
  }

  #startAgain(): void {
    const again = () => void this.#attemptStart({ reason: 'started again', since: Date.now() });
    this.#crashTimer = setTimeout(again, backoffMs(this.#crashes));
    this.#crashes += 1;
  }

  /**
   * Waits for an answer of the live process, at most `limitMs`. But one that is paused in a debugger is waited for, since
   * to replace it would end the session.
   */
  async #patiently(process: ServiceProcess, answer: Promise<boolean> | undefined, limitMs: number): Promise<void> {
    if (answer === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), limitMs)));
    const answered = await Promise.race([answer, limit]);
    clearTimeout(timer);
    if (answered || this.#settings.debug === undefined || !(await isPaused(process.pid))) return;
    this.#io.print('the service is paused in a debugger: the change waits until it goes on');
    await answer;
  }

  #spawn(): ServiceProcess {
    let isNew = true;
    const process = new ServiceProcess(this.#io.fork(), {
      onLoaded: (modules) => {
        if (process === this.#active) this.#follow(modules);
        else if (isNew) this.#preloaded = new Set(modules.own);
        isNew = false;
      },
      onConnection: (port, handle) => this.#forward(port, handle),
      onExit: (code) => this.#exited(process, code),
    });
    process.prepare(this.#settings.register, this.#list.modules, this.#lives > 0);
    return process;
  }

  #follow(modules: LoadedModules): void {
    const missed = modules.own.filter((path) => this.#unreported?.has(path) && !this.#loaded.own.includes(path));
    this.#unreported = undefined;
    this.#loaded = modules;
    this.#sources.follow(modules);
    this.#list.keep(modules.imports);
    this.#io.tidyMemory();
    if (missed.length > 0) this.#changed(missed, Date.now());
  }

  #forward(port: number, handle: unknown): void {
    const close = () => (handle as { close(): void } | undefined)?.close();
    if (this.#active === undefined || handle === undefined) return close();
    this.#active.tell({ hotRestart: 'connection', port }, handle, close);
  }

  /** Before a process ends: with a debugger attached it would wait for that to go. */
  async #closeInspector(process: ServiceProcess): Promise<void> {
    if (this.#settings.debug !== undefined) await process.closeInspector(1000);
  }

  #openInspector(process: ServiceProcess): void {
    if (this.#settings.debug !== undefined) process.tell({ hotRestart: 'open-inspector', ...this.#settings.debug });
  }

  get #drainMs(): number {
    // The service has the same limit: the time above it is for closing its pools.
    return this.#settings.drainMs + 250;
  }

  #retire(process: ServiceProcess): void {
    const exit = process.retire(this.#drainMs);
    this.#retiring.add(exit);
    void exit.then(() => this.#retiring.delete(exit));
  }
}
