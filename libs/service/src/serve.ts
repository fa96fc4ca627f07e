import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveConfig } from '@evenkeel/config';
import { observeRequests, onExportOutage, shutdownTelemetry, type Logger } from '@evenkeel/telemetry';
import { createAdminApp } from './admin-app.ts';
import { createNetworkMatcher } from './client-address.ts';
import { observeCoverage } from './coverage.ts';
import { reachRequired, type HealthChecks } from './health.ts';
import { createListener, type ListenerOptions } from './listener.ts';
import type { OpenApiDocument } from './openapi.ts';
import { followReloads } from './reload.ts';
import type { Phase } from './status.ts';
import type { ServiceConfig } from './variables.ts';

/** What becomes of a service's dependencies besides serving requests. */
export interface Lifecycle {
  checks: HealthChecks;
  /** Runs once before the service is ready, with what its checks require reached: migrations, for instance. */
  prepare?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Closes pools and connections; the last thing before the exit. */
  close: () => Promise<void>;
}

export interface ServeOptions extends ListenerOptions, Lifecycle {
  name: string;
  version: string;
  config: LiveConfig<ServiceConfig>;
  logger: Logger;
  /** What callers reach on PORT. */
  app: RequestListener;
  /** Made on the first request: it costs about as much as all the rest of a start. */
  openapi: () => OpenApiDocument | Promise<OpenApiDocument>;
  /** Whether the page at `/docs` of the admin port may send requests to `app`. */
  tryOnDocs?: boolean;
}

/** A dependency that is slow at the start must not hide the service from its operators for longer than this. */
const ADMIN_GRACE_MS = 1_000;
const TELEMETRY_FLUSH_MS = 500;

/**
 * Runs a service until SIGTERM or SIGINT: reaches what it depends on, listens, drains, exits 0.
 * A port that is taken, or a preparation that fails, makes the process exit with code 1.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { logger, config } = options;
  const { HOST, PORT, ADMIN_HOST, ADMIN_PORT, NODE_ENV, COVERAGE_SUMMARY, TRUSTED_PROXIES } = config.current;
  const coverageSummary = NODE_ENV === 'production' ? undefined : COVERAGE_SUMMARY;
  const stopping = new AbortController();
  let phase: Phase = 'starting';

  // A stranger must not decide which requests are recorded.
  const isTrusted = createNetworkMatcher(TRUSTED_PROXIES);
  const app = observeRequests(options.app, ({ socket }) => isTrusted(socket.remoteAddress ?? ''));
  const main = createListener(app, options);
  const admin = createListener(
    createAdminApp({
      ...options,
      service: options.name,
      config: () => config.state,
      coverageSummary,
      phase: () => phase,
      tries: options.tryOnDocs === true ? options.app : undefined,
    }),
  );

  async function stop(exitCode: number): Promise<never> {
    const { SHUTDOWN_DELAY_MS, DRAIN_TIMEOUT_MS } = config.current;
    phase = 'draining';
    stopping.abort();
    if (exitCode === 0) await sleep(SHUTDOWN_DELAY_MS);
    // Both at once: during a hot restart the successor already listens on both ports.
    await Promise.all([main.drain(DRAIN_TIMEOUT_MS), admin.drain(DRAIN_TIMEOUT_MS)]);
    await options.close().catch((error: unknown) => logger.warn({ err: error }, 'closing failed'));
    logger.info({ exit_code: exitCode }, 'stopped');
    await shutdownTelemetry(TELEMETRY_FLUSH_MS);
    process.exit(exitCode);
  }

  function stopOnce(exitCode: number): void {
    if (phase !== 'draining') void stop(exitCode);
  }

  process.on('SIGTERM', () => stopOnce(0));
  process.on('SIGINT', () => stopOnce(0));
  followReloads(config, logger);
  onExportOutage((reason) => {
    if (reason === undefined) logger.info('telemetry is sent again');
    else logger.warn({ reason }, 'telemetry cannot be sent; what does not fit into its buffers is lost');
  });
  if (coverageSummary !== undefined) observeCoverage(coverageSummary, `apps/${options.name}`);

  try {
    const prepared = reachRequired(options.checks, logger, stopping.signal).then(async () => {
      if (!stopping.signal.aborted) await options.prepare?.(stopping.signal);
    });
    await Promise.race([prepared, sleep(ADMIN_GRACE_MS, undefined, { ref: false })]);
    if (stopping.signal.aborted) return;
    await admin.listen(ADMIN_PORT, ADMIN_HOST);
    await prepared;
    if (stopping.signal.aborted) return;
    const port = await main.listen(PORT, HOST);
    phase = 'ready';
    logger.info({ port, admin_port: ADMIN_PORT, config: config.state.version }, 'ready');
    // Tells a process manager that knows this convention (PM2's wait_ready) that the new process may take over.
    process.send?.('ready');
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    stopOnce(1);
  }
}
