import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { peersFolder } from '../peers.ts';
import { nginxConfiguration } from './nginx.ts';

/** Where a contender runs, and what it is connected with. */
export interface Place {
  /** The root of this clone. */
  root: string;
  port: number;
  adminPort: number;
  /** A folder of its own, and its configuration in there. */
  folder: string;
  configuration: string;
  /** Where Node keeps what it has compiled. */
  compileCache: string;
  upstreamUrl: string;
  collectorUrl: string;
  redisUrl: string;
  redisPassword: string;
}

export interface Contender {
  name: string;
  version?: string;
  /** The clone that it is of, if it is another one. */
  root?: string;
  /** The package that it is made of, among the peers that are installed when one is measured. */
  peer?: string;
  /** Program and arguments. */
  command: (place: Place) => [string, ...string[]];
  env?: (place: Place) => Record<string, string>;
  /** The content of its configuration. */
  configure?: (place: Place) => string | Promise<string>;
  /** It sends telemetry to the collector, so that some must arrive. */
  sends?: boolean;
}

export const bareName = 'bare';
export const gatewayName = 'gateway';
/** Measured on request like a contender. */
export const restName = 'gateway at rest';
export const equalName = '@fastify/http-proxy with the same features';

/**
 * The gateway as it ships, without each of its features in turn, with traces, and what it is compared with.
 * @param against the root of another clone, to compare with its gateway
 */
export function contenders(against: string | undefined): Contender[] {
  return [
    nodeProxy(bareName, join(import.meta.dirname, 'bare/main.ts')),
    gateway(gatewayName),
    ...(against === undefined ? [] : [{ ...gateway(`gateway of ${against}`), root: against }]),
    { ...gateway('gateway without telemetry'), command: () => [process.execPath, gatewayProgram] },
    // All requests come from one address then, and have one limit.
    routed('gateway without token check', ({ roles: _, ...route }) => ({
      ...route,
      ...{ token: 'none', rate_limit: { requests: 1_000_000, window_s: 1 } },
    })),
    routed('gateway without rate limit', ({ rate_limit: _, ...route }) => route),
    gateway('gateway without access log', () => ({ LOG_LEVEL: 'warn' })),
    routed('gateway without stale copies', (route) => ({ ...route, stale_if_error_s: 0 })),
    sampling(10),
    sampling(100),
    fastify('@fastify/http-proxy'),
    fastify('@fastify/http-proxy with token check', 'token'),
    fastify(equalName, 'token', 'limit', 'log'),
    {
      ...nodeProxy('http-proxy-middleware in Express', join(peersFolder, 'http-proxy-middleware.js')),
      peer: 'http-proxy-middleware',
    },
    ...nginx(),
  ];
}

const gatewayProgram = 'apps/api-gateway/src/main.ts';

/** As the production image starts it, but from source: Node strips the types once, when it loads them. */
function gateway(name: string, more: (place: Place) => Record<string, string> = () => ({})): Contender {
  return {
    name,
    command: () => [process.execPath, '--import', '@evenkeel/telemetry/register', gatewayProgram],
    env: (place) => ({
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: place.compileCache,
      OTEL_SERVICE_NAME: 'api-gateway',
      PORT: String(place.port),
      ADMIN_PORT: String(place.adminPort),
      AUTH_SERVICE_URL: place.upstreamUrl,
      USER_SERVICE_URL: place.upstreamUrl,
      REDIS_URL: place.redisUrl,
      REDIS_PASSWORD: place.redisPassword,
      ...more(place),
    }),
  };
}

type Route = Record<string, unknown>;

/** With each of the shipped routes changed. */
function routed(name: string, change: (route: Route) => Route): Contender {
  const configure = async ({ root }: Place) => {
    const shipped = await readFile(join(root, 'apps/api-gateway/routes.yaml'), 'utf8');
    const table = parse(shipped) as { routes: Route[] };
    return stringify({ ...table, routes: table.routes.map(change) });
  };
  return { ...gateway(name, ({ configuration }) => ({ ROUTES_FILE: configuration })), configure };
}

function sampling(percent: number): Contender {
  const env = ({ collectorUrl }: Place) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(percent / 100),
  });
  return { ...gateway(`gateway sampling ${percent} %`, env), sends: true };
}

function fastify(name: string, ...features: string[]): Contender {
  return { ...nodeProxy(name, join(peersFolder, 'fastify-http-proxy.js'), ...features), peer: '@fastify/http-proxy' };
}

function nodeProxy(name: string, program: string, ...features: string[]): Contender {
  return {
    name,
    command: ({ port, upstreamUrl }) => [process.execPath, program, String(port), upstreamUrl, ...features],
    env: () => ({ NODE_ENV: 'production' }),
  };
}

/** Where it is installed: it is no package of npm. */
function nginx(): Contender[] {
  try {
    const version = execFileSync('/bin/sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' });
    return [
      {
        name: 'nginx',
        version: /\d+(\.\d+)+/.exec(version)?.[0] ?? 'of unknown version',
        command: ({ folder, configuration }) => ['nginx', '-p', folder, '-e', 'stderr', '-c', configuration],
        configure: nginxConfiguration,
      },
    ];
  } catch {
    return [];
  }
}
