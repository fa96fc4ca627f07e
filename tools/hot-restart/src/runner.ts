import type { Worker } from 'node:cluster';
import { LoadedCode } from './decide/loaded-code.ts';
import { DebugSession } from './hand-over/debug-session.ts';
import { LiveService } from './hand-over/live-service.ts';
import type { ModuleList } from './hand-over/module-list.ts';
import { ServiceChild } from './hand-over/service-child.ts';
import { FILL_AFTER_MS, Standby } from './hand-over/standby.ts';
import type { LoadedModules } from './messages.ts';
import { Report, type ReportIo } from './report.ts';
import type { Settings } from './settings.ts';
import { SourceWatch } from './watch/source-watch.ts';

/*
 * From a save until the new code is live:
 *
 * 1. watch/      A folder reports a name. 15 ms after the last report, the files with new content are known.
 * 2. decide/     Of these, the ones that the live process has loaded matter (or a package.json, or an installation).
 * 3. hand-over/  The standby, a process that has already loaded all third-party modules, imports the new code. (child/)
 * 4. hand-over/  It says `ready`: the old process passes on its idle connections and each new one, finishes the
 *                requests that it has, and stops. If it does not become ready, the old process stays live.
 * 5. hand-over/  The next standby starts, and the new process says which files it has loaded: they are watched next.
 */

export interface RunnerIo extends ReportIo {
  fork(): Worker;
  collectGarbage(): void;
}

/** Runs a service: watches what it is made of, and has its live process replaced when that changes. */
export class Runner {
  readonly #settings: Settings;
  readonly #io: RunnerIo;
  readonly #list: ModuleList;
  readonly #sources: SourceWatch;
  readonly #standby: Standby;
  readonly #report: Report;
  readonly #service: LiveService;
  readonly #code = new LoadedCode();
  #stopping: Promise<number> | undefined;

  constructor(settings: Settings, list: ModuleList, io: RunnerIo) {
    this.#settings = settings;
    this.#list = list;
    this.#io = io;
    const debug = new DebugSession(settings.debug, (line) => io.print(line));
    this.#sources = new SourceWatch({
      entry: settings.entry,
      pollMs: settings.pollMs,
      // Asked now, it has answered when the burst is over, unless it is paused.
      onFirst: () => debug.ping(this.#service.active),
      onChanges: (changed, since) => this.#changed(changed, since),
      onError: (message) => io.print(message),
    });
    this.#standby = new Standby(settings.standby, () => this.#spawn());
    this.#report = new Report(io, this.#sources.workspace);
    const parts = { settings, standby: this.#standby, code: this.#code, debug, report: this.#report };
    this.#service = new LiveService(parts);
  }

  /** Starts watching, and the service unless it is held; then `start` begins. */
  open(): void {
    if (this.#settings.hold) this.#standby.fill(FILL_AFTER_MS.hold);
    else this.start();
    this.#sources.start();
  }

  start(): void {
    if (!this.#service.wasStarted) this.restart('started');
  }

  /** Replaces the live process although nothing has changed. */
  restart(reason: string): void {
    void this.#service.replace({ reason, since: Date.now() });
  }

  reload(): void {
    this.#service.signal('SIGHUP');
  }

  /** Stops all processes, the live one by draining it; resolves to its exit code. A second call kills. */
  stop(): Promise<number> {
    if (this.#stopping !== undefined) this.#service.signal('SIGKILL');
    return (this.#stopping ??= this.#stopAll());
  }

  async #stopAll(): Promise<number> {
    this.#sources.close();
    this.#standby.discard();
    const code = await this.#service.stop();
    this.#io.notify({ type: 'stopped', code });
    return code;
  }

  /** Steps 2 and 3. */
  #changed(changed: string[], since: number): void {
    const { packagesChanged, discardStandby, restartFor } = this.#code.change(changed, this.#sources);
    if (packagesChanged) this.#sources.readPackages();
    if (discardStandby) {
      this.#standby.discard();
      this.#sources.watchInstalledAgain();
    }
    if (restartFor.length === 0) {
      if (discardStandby) this.#standby.fill(FILL_AFTER_MS.installation);
    } else if (this.#service.wasStarted) {
      void this.#service.replace({ files: restartFor, since });
    }
  }

  #spawn(): ServiceChild {
    let isNew = true;
    const child = new ServiceChild(this.#io.fork(), {
      onLoaded: (modules) => {
        if (child === this.#service.active) this.#follow(modules);
        else if (isNew) this.#code.preload(modules);
        isNew = false;
      },
      onConnection: (port, handle) => this.#forward(port, handle),
      onSignal: (signal) => this.#service.signalled(child, signal),
      onExit: (code) => this.#service.exited(child, code),
    });
    child.prepare(this.#settings.register, this.#list.modules, this.#service.wasLive);
    return child;
  }

  /** Step 4: a connection that the old process has passed on. */
  #forward(port: number, handle: unknown): void {
    const close = () => (handle as { close(): void } | undefined)?.close();
    const to = this.#service.active;
    if (to === undefined || handle === undefined) return close();
    to.tell({ hotRestart: 'connection', port }, handle, close);
  }

  /** Step 5. */
  #follow(modules: LoadedModules): void {
    const missed = this.#code.follow(modules);
    this.#sources.follow(modules);
    this.#list.keep(modules.imports);
    this.#io.collectGarbage();
    if (missed.length > 0) this.#changed(missed, Date.now());
  }
}
