import { expect, it } from 'vitest';
import { openDevContainer, whyNoCli } from './dev-container.ts';
import { needsEngine } from './engine.ts';

needsEngine();

/** Starts the stack, and checks it once it is ready. */
const startAndCheck = `npm start >/tmp/start.log 2>&1 & up=$!
until grep -q 'All ready in' /tmp/start.log; do kill -0 $up || { cat /tmp/start.log; exit 1; }; sleep 0.2; done
npm run acceptance -- --base-url http://127.0.0.1:8080 && ./keel down`;

// dev-container.soak.test.ts runs all tests inside.
it('prepares a clone in a Dev Container, where tests with stores and the acceptance suite pass', async (context) => {
  if (whyNoCli !== undefined) context.skip(whyNoCli);
  await using container = await openDevContainer();
  expect(await container.exec('./keel', 'test', 'tools/testing')).toMatch(/[1-9]\d* passed, 0 failed/);
  expect(await container.exec('sh', '-c', startAndCheck)).toMatch(/[1-9]\d* passed, 0 failed/);
}, 1_200_000);
