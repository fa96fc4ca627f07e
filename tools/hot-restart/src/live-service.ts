import { CrashRestarts } from './crash-restarts.ts';
import type { DebugSession } from './debug-session.ts';
import type { Cause } from './lines.ts';
import type { LoadedCode } from './loaded-code.ts';
import type { Report } from './report.ts';
import { Retirement } from './retirement.ts';
import type { ServiceProcess } from './service-process.ts';
import type { Settings } from './settings.ts';
import { FILL_AFTER_MS, type Standby } from './standby.ts';

/** An old process that is busy may pass its connections on as late as this after the new one is ready. */
const YIELD_LIMIT_MS = 1000;

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
  readonly #retirement: Retirement;
  readonly #crashes = new CrashRestarts({
    start: () => void this.replace({ reason: 'started again', since: Date.now() }),
  });
  #active: ServiceProcess | undefined;
  #candidate: ServiceProcess | undefined;
  #attempt = 0;
  #lives = 0;
  #isStopping = false;

  constructor(parts: LiveServiceParts) {
    this.#parts = parts;
    this.#retirement = new Retirement(parts.settings.drainMs);
  }

  get active(): ServiceProcess | undefined {
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
    this.#crashes.cancel();
    if (this.#candidate !== undefined) void this.#retirement.retire(this.#candidate);
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
    this.#candidate = undefined;
    const full = 'files' in cause ? { ...cause, files: code.pending } : cause;
    if (ready) await this.#takeOver(next, full);
    else this.#failed(next, full);
  }

  /** To be told of the end of any process. */
  exited(process: ServiceProcess, code: number): void {
    if (process !== this.#active || this.#isStopping) return;
    this.#active = undefined;
    this.#parts.report.crashed(code, this.#crashes.ended());
    if (this.#candidate === undefined) this.#crashes.startLater();
  }

  /** Ends all processes but the standby, the live one by draining it; resolves to its exit code, 0 without one. */
  async stop(): Promise<number> {
    this.#isStopping = true;
    this.#crashes.cancel();
    if (this.#candidate !== undefined) void this.#retirement.retire(this.#candidate);
    if (this.#active !== undefined) await this.#parts.debug.closeInspector(this.#active);
    const code = this.#active === undefined ? 0 : await this.#retirement.retire(this.#active);
    await this.#retirement.over();
    return code;
  }

  async #takeOver(next: ServiceProcess, cause: Cause): Promise<void> {
    const { standby, code, debug, report } = this.#parts;
    const old = this.#active;
    this.#active = next;
    code.succeed();
    const to = Date.now();
    if (old !== undefined) await debug.patiently(old, old.yield(), YIELD_LIMIT_MS);
    report.live(cause, to, next.pid, this.#lives);
    const files = 'files' in cause ? cause.files : [];
    next.tell({ hotRestart: 'live', figure: this.wasLive ? { from: cause.since, to, files } : undefined });
    standby.fill(this.wasLive ? FILL_AFTER_MS.restart : FILL_AFTER_MS.firstStart);
    this.#lives += 1;
    this.#crashes.live(to);
    if (old === undefined) return;
    await debug.closeInspector(old);
    debug.openInspector(next);
    void this.#retirement.retire(old);
  }

  #failed(next: ServiceProcess, cause: Cause): void {
    const { settings, standby, code, report } = this.#parts;
    code.fail();
    const tooSlow = `it did not say that it is ready within ${settings.readyMs} ms (HOT_RESTART_READY_MS)`;
    const message = next.failure ?? (next.alive ? tooSlow : 'the process ended before it was ready');
    if (next.alive) void this.#retirement.retire(next);
    report.failed(cause, message, this.#active !== undefined);
    standby.fill(FILL_AFTER_MS.failure);
    if (this.#active === undefined && this.#crashes.isCrashing) this.#crashes.startLater();
  }
}
