import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { peersFolder } from '../peers.ts';
import { nginxConfiguration } from './nginx.ts';

/** Where a contender runs, and what it connects to. */
export interface Place {
  /** The root of this clone. */
  root: string;
  port: number;
  adminPort: number;
  /** Its own folder, and its configuration file in it. */
  folder: string;
  configuration: string;
  /** Node's compile cache. */
  compileCache: string;
  upstreamUrl: string;
  collectorUrl: string;
  redisUrl: string;
  redisPassword: string;
}

export interface Contender {
  name: string;
  version?: string;
  /** The clone to run it in, if not this one. */
  root?: string;
  /** The npm package that is measured. The peers are installed when one of them is. */
  peer?: string;
  /** Program and arguments. */
  command: (place: Place) => [string, ...string[]];
  env?: (place: Place) => Record<string, string>;
  /** Returns the content of its configuration file. */
  configure?: (place: Place) => string | Promise<string>;
  /** Telemetry from it must arrive at the collector. */
  sends?: boolean;
}

export const bareName = 'bare';
export const gatewayName = 'gateway';
/** Its memory; chosen by `--only` like a contender. */
export const restName = 'gateway at rest';
export const equalName = '@fastify/http-proxy with the same features';

/**
 * The bare proxy, the gateway as shipped, without each of its features in turn, and with sampled traces, then its peers.
 * @param against the root of another clone, whose gateway is measured as well
 */
export function contenders(against: string | undefined): Contender[] {
  return [
    nodeProxy(bareName, join(import.meta.dirname, 'bare/main.ts')),
    gateway(gatewayName),
    ...(against === undefined ? [] : [{ ...gateway(`gateway of ${against}`), root: against }]),
    { ...gateway('gateway without telemetry'), command: () => [process.execPath, gatewayProgram] },
    // Without users, all requests share the limit of one address.
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

/** Started as in the production image, but from source: type stripping costs time only at startup. */
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

/** The gateway with each of its shipped routes changed. */
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

/** nginx, if it is on the PATH: it is not an npm package. */
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
