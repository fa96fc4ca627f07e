// The real Loki, Tempo and Grafana, whose images not every machine can pull.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copiedStack, register, root, type CopiedStack } from '@evenkeel/containers';
import { listQueries } from '@evenkeel/observability/queries';
import { declaredStack, entryServices } from '@evenkeel/stack';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { browserProgram, launchBrowser } from '../src/browser.ts';
import { openGrafana, type Grafana } from '../src/grafana.ts';

const required = Boolean(process.env['REQUIRE_GRAFANA']);
const [service = ''] = entryServices(await declaredStack(root));
const queries = listQueries(root, { service });

let stack: CopiedStack;
let baseUrl: string;
let grafana: Grafana;

beforeEach((context) => {
  if (!required)
    context.skip('the images of Loki, Tempo and Grafana are run on GitHub: REQUIRE_GRAFANA=1 runs them here');
});
beforeAll(async () => {
  if (!required) return;
  const files = ['docker-compose.dev.yml', 'docker-compose.observability.yml'];
  // Any free port.
  const ports = { GRAFANA_PORT: '0', PROMETHEUS_PORT: '0', ALERTMANAGER_PORT: '0' };
  stack = await copiedStack('grafana', files, ports);
  await stack.project.compose(['up', '--build', '--wait']);
  const { stdout } = await stack.project.compose(['port', 'grafana', '3000']);
  baseUrl = `http://${stdout.trim()}`;
  grafana = openGrafana(baseUrl);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

it.each(['prometheus', 'loki', 'tempo'])('Grafana reaches %s', async (uid) => {
  await expect.poll(() => grafana.health(uid).catch(String)).toMatchObject({ status: 'OK' });
});

it.each(['promql', 'logql', 'traceql'] as const)('requests are found by %s', async (language) => {
  const [first] = queries.filter((query) => query.language === language && query.where.startsWith('service.json'));
  if (first === undefined) throw new Error(`no query in ${language}`);
  const afterOneMore = async () => {
    await register(stack.baseUrl);
    return grafana.run(first).catch(String);
  };
  await expect.poll(afterOneMore).toBeGreaterThan(0);
});

it.each(required ? queries : [])('Grafana runs the query of $where', async (query) => {
  expect(await grafana.run(query)).toBeGreaterThanOrEqual(0);
});

it.each(['stack', 'service'])('the dashboard %s shows no error', async (uid) => {
  const program = browserProgram(process.env['PATH'] ?? '');
  if (program === undefined) throw new Error('no Chromium is on the PATH');
  const browser = await launchBrowser(program);
  try {
    // Panels outside the window are not loaded.
    const page = await browser.newPage({ viewport: { width: 1600, height: 4600 } });
    await page.goto(`${baseUrl}/d/${uid}?from=now-5m&to=now&refresh=&kiosk`);
    await page.getByText(uid === 'stack' ? 'Firing alerts' : 'Slow statements').waitFor();
    await page.waitForLoadState('networkidle');
    mkdirSync(join(root, '.keel', 'screenshots'), { recursive: true });
    await page.screenshot({ path: join(root, '.keel', 'screenshots', `${uid}.png`) });
    expect(await page.locator('[data-testid*="Panel status error"]').count()).toBe(0);
  } finally {
    await browser.close();
  }
});
