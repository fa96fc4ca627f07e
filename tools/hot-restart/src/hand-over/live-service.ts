import { CrashRestarts } from './crash-restarts.ts';
import type { DebugSession } from './debug-session.ts';
import type { LoadedCode } from '../decide/loaded-code.ts';
import type { Cause, Report } from '../report.ts';
import type { ServiceChild } from './service-child.ts';
import type { Settings } from '../settings.ts';
import { FILL_AFTER_MS, type Standby } from './standby.ts';
import { TakeOvers } from './take-overs.ts';

export interface LiveServiceParts {
  settings: Pick<Settings, 'readyMs' | 'drainMs'>;
  standby: Standby;
  code: LoadedCode;
  debug: DebugSession;
  report: Report;
}

/** The live process of a service: replaced by the standby when that is ready with new code, and started again. */
export class LiveService {
  readonly #parts: LiveServiceParts;
  readonly #takeOvers: TakeOvers;
  readonly #crashes = new CrashRestarts(() => void this.replace({ reason: 'started again', since: Date.now() }));
  #active: ServiceChild | undefined;
  #candidate: ServiceChild | undefined;
  #attempt = 0;
  #isReplacing = false;
  #lives = 0;
  #isStopping = false;

  constructor(parts: LiveServiceParts) {
    this.#parts = parts;
    this.#takeOvers = new TakeOvers(parts.debug, parts.settings.drainMs);
  }

  get active(): ServiceChild | undefined {
    return this.#active;
  }

  /** Whether a start was tried, with success or not. */
  get wasStarted(): boolean {
    return this.#attempt > 0;
  }

  /** Whether any code has been live. */
  get wasLive(): boolean {
    return this.#lives > 0;
  }

  signal(name: NodeJS.Signals): void {
    this.#active?.signal(name);
    this.#candidate?.signal(name);
  }

  /** Starts the newest code and makes it live. A later call supersedes one that has not come so far. */
  async replace(cause: Cause): Promise<void> {
    const { settings, standby, code, debug } = this.#parts;
    const attempt = (this.#attempt += 1);
    const superseded = () => attempt !== this.#attempt || this.#isStopping;
    this.#isReplacing = true;
    this.#crashes.cancel();
    if (this.#candidate !== undefined) void this.#takeOvers.retire(this.#candidate);
    this.#candidate = undefined;
    if (this.#active !== undefined) await debug.awaitPong(this.#active);
    if (superseded()) return;
    // A process that is still preparing is not superseded: whenever it is ready to, it imports the newest code.
    await standby.prepared();
    if (superseded()) return;
    const next = (this.#candidate = standby.take());
    code.begin();
    if (this.#active === undefined) debug.openInspector(next);
    const ready = await next.activate(settings.readyMs);
    if (superseded()) return;
    this.#isReplacing = false;
    this.#candidate = undefined;
    const full = 'files' in cause ? { ...cause, files: code.pending } : cause;
    if (ready) await this.#takeOver(next, full);
    else this.#failed(next, full);
  }

  /** To be told when a process was asked to terminate from elsewhere: the live one is replaced as for a change. */
  signalled(process: ServiceChild, name: NodeJS.Signals): void {
    if (process !== this.#active || this.#isReplacing || this.#isStopping) return;
    void this.replace({ reason: `process ${process.pid} received ${name}`, since: Date.now() });
  }

  /** To be told of the end of any process. */
  exited(process: ServiceChild, code: number): void {
    if (process !== this.#active || this.#isStopping) return;
    this.#active = undefined;
    this.#parts.report.crashed(code, this.#crashes.ended());
    if (!this.#isReplacing) this.#crashes.startLater();
  }

  /** Ends all processes but the standby, the live one by draining it; resolves to its exit code, 0 without one. */
  async stop(): Promise<number> {
    this.#isStopping = true;
    this.#crashes.cancel();
    if (this.#candidate !== undefined) void this.#takeOvers.retire(this.#candidate);
    const relieved = this.#takeOvers.stop();
    if (this.#active !== undefined) await this.#parts.debug.closeInspector(this.#active);
    const code = this.#active === undefined ? 0 : await this.#takeOvers.retire(this.#active);
    await relieved;
    await this.#takeOvers.over();
    return code;
  }

  async #takeOver(next: ServiceChild, cause: Cause): Promise<void> {
    const old = this.#active;
    this.#active = next;
    this.#parts.code.succeed();
    const to = Date.now();
    await this.#takeOvers.relieve(old, () => this.#live(next, cause, to));
    if (this.#active === next && !this.#isStopping) this.#parts.debug.openInspector(next);
  }

  /** The process before it takes no new request any more. */
  #live(next: ServiceChild, cause: Cause, to: number): void {
    if (this.#isStopping || !next.alive) return;
    const { standby, report } = this.#parts;
    report.live(cause, to, next.pid, this.#lives);
    const files = 'files' in cause ? cause.files : [];
    next.tell({ hotRestart: 'live', figure: this.wasLive ? { from: cause.since, to, files } : undefined });
    standby.fill(this.wasLive ? FILL_AFTER_MS.restart : FILL_AFTER_MS.firstStart);
    this.#lives += 1;
    this.#crashes.live(to);
  }

  #failed(next: ServiceChild, cause: Cause): void {
    const { settings, standby, code, report } = this.#parts;
    const missed = code.fail();
    const tooSlow = `it was not ready within ${settings.readyMs} ms (HOT_RESTART_READY_MS)`;
    const message = next.failure ?? (next.alive ? tooSlow : 'the process exited before it was ready');
    if (next.alive) void this.#takeOvers.retire(next);
    report.failed(cause, message, this.#active !== undefined);
    standby.fill(FILL_AFTER_MS.failure);
    if (missed.length > 0) void this.replace({ files: missed, since: Date.now() });
    else if (this.#active === undefined && this.#crashes.isDown) this.#crashes.startLater();
  }
}
