// fastify-http-proxy.js <port> <upstream> [feature …]: @fastify/http-proxy as its README shows it, and with what the
// gateway has as well: `token` checks tokens, `limit` counts the requests of each user, `log` logs each request.
import { createPublicKey } from 'node:crypto';
import jwt from '@fastify/jwt';
import proxy from '@fastify/http-proxy';
import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';

const [port, upstream, ...features] = process.argv.slice(2);
const has = (feature) => features.includes(feature);

// One line for each request, like the gateway's; by itself Fastify writes two.
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
    // By default it remembers 1,000 tokens: with more users than that, who take turns, none of them would be found.
    verify: { algorithms: ['RS256'], allowedIss: 'https://evenkeel.local', allowedAud: 'evenkeel', cache: 4_096 },
  });
  server.addHook('onRequest', (request) => request.jwtVerify());
}
if (has('limit')) {
  await server.register(rateLimit, {
    ...{ max: 6_000, timeWindow: 60_000, cache: 4_096 },
    // In memory: with Redis, which the gateway's limit is shared by, each request would wait for it.
    hook: 'preHandler',
    keyGenerator: (request) => request.user.sub,
  });
}
await server.register(proxy, { upstream });
await server.listen({ port: Number(port), host: '127.0.0.1' });
