import { join } from 'node:path';
import type { Route } from './routes.ts';

/** What a contender is connected with. */
export interface Place {
  port: number;
  adminPort: number;
  upstreamUrl: string;
  collectorUrl: string;
  redisUrl: string;
  redisPassword: string;
}

export interface Contender {
  name: string;
  version?: string;
  /** Program and arguments. */
  command: (place: Place) => [string, ...string[]];
  env?: (place: Place) => Record<string, string>;
  /** What its routes are made of the shipped ones by. */
  changeRoute?: (route: Route) => Route;
  /** It sends telemetry to the collector, so that some must arrive. */
  sends?: boolean;
}

export const bareName = 'bare';
export const gatewayName = 'gateway';

/** The gateway as it ships, without each of its features in turn, and what it is compared with. */
export function contenders(): Contender[] {
  const bare = join(import.meta.dirname, 'bare/main.ts');
  return [
    { name: bareName, command: ({ port, upstreamUrl }) => [process.execPath, bare, String(port), upstreamUrl] },
    gateway(gatewayName),
    { ...gateway('gateway without telemetry'), command: () => [process.execPath, gatewayProgram] },
    {
      ...gateway('gateway without token check'),
      // Without users, all requests are those of one address.
      changeRoute: ({ roles: _, ...route }) => ({
        ...route,
        ...{ token: 'none', rate_limit: { requests: 1_000_000, window_s: 1 } },
      }),
    },
    { ...gateway('gateway without rate limit'), changeRoute: ({ rate_limit: _, ...route }) => route },
    gateway('gateway without access log', () => ({ LOG_LEVEL: 'warn' })),
    { ...gateway('gateway without stale copies'), changeRoute: (route) => ({ ...route, stale_if_error_s: 0 }) },
    sampling(10),
    sampling(100),
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

function sampling(percent: number): Contender {
  const env = ({ collectorUrl }: Place) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(percent / 100),
  });
  return { ...gateway(`gateway sampling ${percent} %`, env), sends: true };
}
