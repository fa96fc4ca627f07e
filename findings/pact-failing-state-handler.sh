#!/bin/sh
# Pact JS, @pact-foundation/pact 17.1.4: a provider's state handler that throws is reported on the console, and the
# interaction is then verified as if the provider were in that state. The verification passes.
#
# Guessed: a provider that cannot be brought into the state fails. Seen, 2026-11-28, Node 20 and 26:
#   throws: passed
#   rejects: passed
set -eu
export PACT_DO_NOT_TRACK=true
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module" }' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts @pact-foundation/pact@17.1.4

cat >contract.json <<'JSON'
{
  "consumer": { "name": "shop" },
  "provider": { "name": "stock" },
  "interactions": [
    {
      "type": "Synchronous/HTTP",
      "description": "a request for an article",
      "providerStates": [{ "name": "an article exists" }],
      "request": { "method": "GET", "path": "/articles/1" },
      "response": { "status": 200 }
    }
  ],
  "metadata": { "pactSpecification": { "version": "4.0" } }
}
JSON
cat >verify.js <<'SCRIPT'
import { once } from 'node:events';
import { createServer } from 'node:http';
import pact from '@pact-foundation/pact';

const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
await once(server, 'listening');
const handlers = {
  throws: () => {
    throw new Error('the database is away');
  },
  rejects: () => Promise.reject(new Error('the database is away')),
};
for (const [how, handler] of Object.entries(handlers)) {
  const verifier = new pact.Verifier({
    provider: 'stock',
    providerBaseUrl: `http://127.0.0.1:${server.address().port}`,
    pactUrls: ['contract.json'],
    stateHandlers: { 'an article exists': handler },
    logLevel: 'error',
  });
  const outcome = await verifier.verifyProvider().then(
    () => 'passed',
    () => 'failed',
  );
  console.log(`FINDING ${how}: ${outcome}`);
}
server.close();
SCRIPT
seen=$(node verify.js 2>/dev/null | sed -n 's/^FINDING //p')
echo "$seen"
[ "$seen" = "$(printf 'throws: passed\nrejects: passed')" ]
