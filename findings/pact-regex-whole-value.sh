#!/bin/sh
# Pact JS, @pact-foundation/pact 17.1.4 and @pact-foundation/pact-core 20.2.0: the regular expression of a matcher has to
# match the whole value in a verification, as if it stood between ^ and $. In JavaScript, whose RegExp the matcher takes,
# /use/ matches "user", and so does the check of the example when the contract is written.
#
# Guessed: both pass. Seen, 2026-11-28, Node 20 and 26:
#   written with /use/ and the example user
#   use: failed
#   .*use.*: passed
set -eu
export PACT_DO_NOT_TRACK=true
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module" }' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts @pact-foundation/pact@17.1.4

cat >verify.js <<'SCRIPT'
import { once } from 'node:events';
import { createServer } from 'node:http';
import pact from '@pact-foundation/pact';

const { MatchersV3, PactV4, Verifier } = pact;
const server = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"role":"user"}'),
).listen(0, '127.0.0.1');
await once(server, 'listening');
for (const pattern of ['use', '.*use.*']) {
  const consumer = `reads-${pattern.replace(/\W/g, '_')}`;
  await new PactV4({ consumer, provider: 'accounts', dir: '.', logLevel: 'error' })
    .addInteraction()
    .uponReceiving('a request for a role')
    .withRequest('GET', '/role')
    .willRespondWith(200, (response) => response.jsonBody({ role: MatchersV3.regex(new RegExp(pattern), 'user') }))
    .executeTest(async ({ url }) => (await fetch(`${url}/role`)).json());
  if (pattern === 'use') console.log('FINDING written with /use/ and the example user');
  const verifier = new Verifier({
    provider: 'accounts',
    providerBaseUrl: `http://127.0.0.1:${server.address().port}`,
    pactUrls: [`${consumer}-accounts.json`],
    logLevel: 'error',
  });
  const outcome = await verifier.verifyProvider().then(
    () => 'passed',
    () => 'failed',
  );
  console.log(`FINDING ${pattern}: ${outcome}`);
}
server.close();
SCRIPT
seen=$(node verify.js 2>/dev/null | sed -n 's/^FINDING //p')
echo "$seen"
[ "$seen" = "$(printf 'written with /use/ and the example user\nuse: failed\n.*use.*: passed')" ]
