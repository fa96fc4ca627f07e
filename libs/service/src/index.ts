export { createAdminApp, type AdminOptions } from './admin-app.ts';
export { createRouter } from './api.ts';
export { createApiApp, DESCRIPTION_PATH } from './app.ts';
export {
  clientNetwork,
  createClientAddress,
  createClientNames,
  createNetworkMatcher,
  createProxyFollower,
  type ClientAddress,
  type ClientNames,
} from './client-address.ts';
export { endpoint, type Call, type Endpoint, type EndpointSpec, type Guard, type Reply } from './endpoint.ts';
export { addFailures, type DescribedResponses } from './failures.ts';
export { isHost } from './framing.ts';
export { createFairQueue, type FairQueue, type FairQueueOptions, type Turn } from './fair-queue.ts';
export { hasWholeQuotes, readForwarded, readForwardedFor, readNode, type ForwardedNode } from './forwarded.ts';
export { hasBody } from './has-body.ts';
export { checkAll, reachRequired, type CheckResult, type HealthCheck, type HealthChecks } from './health.ts';
export { loopbackPort } from './loopback-host.ts';
export { createListener, type Listener, type ListenerOptions } from './listener.ts';
export { describeApi, type ApiInfo, type OpenApiDocument } from './openapi.ts';
export { packageVersion } from './package-version.ts';
export { createErrorResponder, createProblemHandler, notFound } from './problem-handler.ts';
export { createReachCheck, reach } from './reach.ts';
export { createRequestLog } from './request-log.ts';
export { serve, type Lifecycle, type ServeOptions } from './serve.ts';
export { report, type HealthReport, type Phase } from './status.ts';
export { commaList, serviceVariables, type ServiceConfig } from './variables.ts';
