import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { copiedStack, edit, live, percentile, underLoad, whyNoEngine, type CopiedStack } from '@evenkeel/containers';
import { circumstances, publish, readCommandLine, type Circumstances } from '../measurement.ts';

const usage = 'keel bench loop --runtime=compose [--edits 20] [--json FILE]';
/** Time between edits, in which the runner prepares for the next. */
const betweenMs = 1_500;

interface WayResult {
  way: string;
  p50Ms: number;
  p95Ms: number;
  requests: number;
  failed: number;
}

/**
 * Measures the development loop in containers: from the write of a file of the gateway to the first response with its
 * text, through a mount and through Compose's watch, under 50 requests a second on new connections. Returns the exit code.
 */
export async function benchComposeLoop(argv: string[]): Promise<number> {
  const options = {
    runtime: { type: 'string' },
    edits: { type: 'string', default: '20' },
    json: { type: 'string' },
  } as const;
  const values = readCommandLine(usage, () => {
    const { edits, json } = parseArgs({ args: argv, options }).values;
    if (!/^[1-9]\d{0,2}$/.test(edits)) throw new Error(`--edits is "${edits}": a whole number is expected.`);
    return { edits: Number(edits), json };
  });
  if (values === undefined) return 2;
  const reason = await whyNoEngine();
  if (reason !== undefined) {
    console.error(`The loop in containers cannot be measured: ${reason}.\n  fix: start Docker, then type it again`);
    return 1;
  }
  const results: WayResult[] = [];
  for (const [way, files, upArguments] of [
    ['mounted sources', ['docker-compose.dev.yml'], ['up', '--build', '--wait']],
    ['copied by watch', ['docker-compose.dev.yml', 'docker-compose.watch.yml'], ['up', '--build', '--wait']],
  ] as const) {
    console.error(`measuring ${way} …`);
    await using stack = await copiedStack('bench-loop', files);
    await stack.project.compose(upArguments);
    const watching = way === 'copied by watch' ? watch(stack) : undefined;
    try {
      results.push({ way, ...(await measure(stack, values.edits)) });
    } finally {
      watching?.abort();
    }
  }
  const report = { ...circumstances(), results };
  await publish(report, table(report), values.json);
  return 0;
}

function watch(stack: CopiedStack): AbortController {
  const stop = new AbortController();
  void stack.project.compose(['watch', '--no-up'], { signal: stop.signal }).catch(() => undefined);
  return stop;
}

async function measure(stack: CopiedStack, edits: number): Promise<Omit<WayResult, 'way'>> {
  await sleep(5_000);
  // The first edits fill caches and are not counted.
  for (const word of ['warm', 'warmer']) {
    edit(stack.folder, word);
    await live(stack.baseUrl, word);
    await sleep(betweenMs);
  }
  const load = underLoad([{ url: `${stack.baseUrl}/.well-known/jwks.json` }]);
  const figures: number[] = [];
  for (let index = 0; index < edits; index++) {
    edit(stack.folder, `number ${index} of ${edits}`);
    figures.push(await live(stack.baseUrl, `number ${index} of ${edits}`));
    await sleep(betweenMs);
  }
  const { answered, failed } = await load.stop();
  const atShare = (share: number): number => Math.round(percentile(figures, share));
  return { p50Ms: atShare(0.5), p95Ms: atShare(0.95), requests: answered + failed.length, failed: failed.length };
}

function table(report: Circumstances & { results: WayResult[] }): string {
  const rows = report.results.map(
    ({ way, p50Ms, p95Ms, requests, failed }) => `| ${way} | ${p50Ms} / ${p95Ms} ms | ${failed} of ${requests} |`,
  );
  const title = `${report.machine}, ${report.date}, 50 requests a second`;
  return [title, '', '| in containers | edit p50 / p95 | failed |', '| --- | --- | --- |', ...rows].join('\n');
}
