// fastify-http-proxy.js <port> <upstream> [feature …]: @fastify/http-proxy as in its README, with features of the gateway:
// `token` verifies tokens, `limit` limits the requests of each user, `log` logs requests.
import { createPublicKey } from 'node:crypto';
import jwt from '@fastify/jwt';
import proxy from '@fastify/http-proxy';
import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';

const [port, upstream, ...features] = process.argv.slice(2);
const has = (feature) => features.includes(feature);

// One line a request, like the gateway. Fastify's default is two.
const server = fastify({ logger: has('log'), disableRequestLogging: true });
if (has('log')) {
  server.addHook('onResponse', async (request, reply) => {
    request.log.info({ req: request, res: reply, responseTime: reply.elapsedTime }, 'request completed');
  });
}
if (has('token')) {
  const { keys } = await (await globalThis.fetch(`${upstream}/.well-known/jwks.json`)).json();
  await server.register(jwt, {
    secret: { public: createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' }) },
    // The default cache holds 1,000 tokens. With more users, who take turns, it would never hit.
    verify: { algorithms: ['RS256'], allowedIss: 'https://evenkeel.local', allowedAud: 'evenkeel', cache: 4_096 },
  });
  server.addHook('onRequest', (request) => request.jwtVerify());
}
if (has('limit')) {
  await server.register(rateLimit, {
    ...{ max: 6_000, timeWindow: 60_000, cache: 4_096 },
    // In memory, to its advantage: shared through Redis like the gateway's, it would wait for a round trip a request.
    hook: 'preHandler',
    keyGenerator: (request) => request.user.sub,
  });
}
await server.register(proxy, { upstream });
await server.listen({ port: Number(port), host: '127.0.0.1' });
