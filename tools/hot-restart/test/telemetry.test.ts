import { join } from 'node:path';
import { startOtlpRecorder } from '@evenkeel/testing';
import { expect, it } from 'vitest';
import { createFixture, type Fixture } from './fixture.ts';
import { startRunner } from './runner-under-test.ts';

const TELEMETRY = join(import.meta.dirname, '../../../libs/telemetry/src');
const REGISTER = { HOT_RESTART_IMPORT: join(TELEMETRY, 'register.ts') };

async function fixtureWithMetrics(): Promise<Fixture> {
  const fixture = await createFixture();
  const main = `import { createServer } from 'node:http';
import { metricsHandler } from ${JSON.stringify(join(TELEMETRY, 'index.ts'))};
import { text } from './text.ts';
const server = createServer((request, response) => request.url === '/metrics' ? metricsHandler(request, response) : void response.end(text));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
`;
  await fixture.write('apps/greeter/src/main.ts', main);
  return fixture;
}

it('records the figure of a restart as a metric of the process that it brought to life', async () => {
  await using fixture = await fixtureWithMetrics();
  await using runner = await startRunner(fixture.entry, REGISTER);
  await runner.ready(0);
  expect(await runner.get('/metrics')).not.toContain('hot_restart_duration_seconds');
  await fixture.say('two');
  const { ms } = await runner.ready(1);
  await runner.until('the metric is there', async () =>
    (await runner.get('/metrics')).includes('hot_restart_duration_seconds'),
  );
  const sum = /hot_restart_duration_seconds_sum\S* ([\d.]+)/.exec(await runner.get('/metrics'))?.[1];
  expect(Number(sum)).toBeCloseTo(ms / 1000, 3);
});

it('records it as a span too: a trace of its own, from the change until the new code is live', async () => {
  await using collector = await startOtlpRecorder();
  await using fixture = await fixtureWithMetrics();
  await using runner = await startRunner(fixture.entry, { ...REGISTER, ...collector.env });
  const restarts = () => collector.spans.filter((span) => span.name === 'hot restart');
  await runner.ready(0);
  const before = Date.now();
  await fixture.say('two');
  const { ms } = await runner.ready(1);
  await runner.until('the span is sent', () => restarts().length > 0);
  const [span] = restarts();
  const [start, end] = [span?.startTimeUnixNano, span?.endTimeUnixNano].map((time) => Number(time) / 1e6);
  expect(start).toBeGreaterThanOrEqual(before - 1);
  expect((end ?? 0) - (start ?? 0)).toBeCloseTo(ms, 0);
  expect(span?.parentSpanId || undefined).toBeUndefined();
  expect(span?.attributes).toEqual({ 'hot_restart.files': 1 });
  // The first start is none.
  expect(restarts().length).toBe(1);
});
