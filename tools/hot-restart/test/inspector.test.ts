import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@evenkeel/local-stores';
import { expect, it } from 'vitest';
import { Debugger } from './debugger.ts';
import { createFixture, type Fixture } from './fixture.ts';
import { isThere } from './processes.ts';
import { startRunner, type RunnerUnderTest } from './runner-under-test.ts';

const BREAKPOINT_LINE = 5;
const HELLO_FILE = 'apps/greeter/src/text.ts';

/** A getter with types above it: its line is the same after the types are stripped. */
function helloModule(text: string): string {
  return `interface Greeting {\n  text: string;\n}\nexport const greeting: Greeting = { get text(): string {\n    // Stops here.\n    return ${JSON.stringify(text)};\n} };\n`;
}

async function start(
  env: Record<string, string> = {},
): Promise<{ fixture: Fixture; runner: RunnerUnderTest; port: number }> {
  const fixture = await createFixture();
  await fixture.write(HELLO_FILE, helloModule('one'));
  const main = `import { createServer } from 'node:http';
import { greeting } from './text.ts';
const server = createServer((_request, response) => void response.end(greeting.text));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
`;
  await fixture.write('apps/greeter/src/main.ts', main);
  const port = await findFreePort();
  const runner = await startRunner(fixture.entry, { HOT_RESTART_DEBUG_PORT: String(port), ...env });
  await runner.ready(0);
  return { fixture, runner, port };
}

async function attachAgain(runner: RunnerUnderTest, port: number): Promise<Debugger> {
  let attached: Debugger | undefined;
  await runner.until('a debugger can attach', async () => {
    attached = await Debugger.attach(port).catch(() => undefined);
    return attached !== undefined;
  });
  return attached as Debugger;
}

async function setBreakpoint(session: Debugger): Promise<void> {
  await session.send('Debugger.setBreakpointByUrl', {
    lineNumber: BREAKPOINT_LINE,
    urlRegex: '.*/greeter/src/text\\.ts$',
  });
}

it('keeps the port of the inspector across restarts, where a breakpoint in TypeScript is hit at its line', async () => {
  const { fixture, runner, port } = await start();
  await using _runner = runner;
  await using _fixture = fixture;
  let session = await attachAgain(runner, port);
  for (const text of ['one', 'two', 'three']) {
    if (text !== 'one') {
      const before = session;
      await fixture.write(HELLO_FILE, helloModule(text));
      await runner.until('the session of the process before ends', () => before.closed);
      session = await attachAgain(runner, port);
    }
    await setBreakpoint(session);
    const answer = runner.get();
    let paused: { callFrames: { location: { lineNumber: number } }[] } | undefined;
    await runner.until(
      'the breakpoint is hit',
      () => (paused ??= session.take('Debugger.paused') as typeof paused) !== undefined,
    );
    expect(paused?.callFrames[0]?.location.lineNumber).toBe(BREAKPOINT_LINE);
    await session.send('Debugger.resume');
    expect(await answer).toBe(text);
  }
  expect(runner.output()).not.toContain('Debugger listening');
  session[Symbol.dispose]();
});

/** Saves while a request stands at a breakpoint, until the runner says that the save waits. */
async function saveWhilePaused(
  fixture: Fixture,
  runner: RunnerUnderTest,
  session: Debugger,
): Promise<{ answer: Promise<string> }> {
  await setBreakpoint(session);
  const answer = runner.get();
  await runner.until('the breakpoint is hit', () => session.take('Debugger.paused') !== undefined);
  await fixture.write(HELLO_FILE, helloModule('two'));
  await runner.until('it says so', () => runner.output().includes('paused in a debugger; the change waits'));
  return { answer };
}

it('lets a save wait while the service is paused, and says so', async () => {
  const { fixture, runner, port } = await start();
  await using _runner = runner;
  await using _fixture = fixture;
  using session = await attachAgain(runner, port);
  const { answer } = await saveWhilePaused(fixture, runner, session);
  await sleep(500);
  expect(runner.events.filter((event) => event.type === 'ready').length).toBe(1);
  await session.send('Debugger.resume');
  expect(await answer).toBe('one');
  await runner.ready(1);
  expect(await runner.get()).toBe('two');
});

it('makes a save live that waited, though the file was saved again with the same content meanwhile', async () => {
  const { fixture, runner, port } = await start();
  await using _runner = runner;
  await using _fixture = fixture;
  using session = await attachAgain(runner, port);
  const { answer } = await saveWhilePaused(fixture, runner, session);
  await fixture.write(HELLO_FILE, helloModule('two'));
  await sleep(300);
  await session.send('Debugger.resume');
  expect(await answer).toBe('one');
  await runner.ready(1);
  expect(await runner.get()).toBe('two');
});

it('lets a signal to terminate wait while the service is paused: it is replaced when it goes on', async () => {
  const { fixture, runner, port } = await start();
  await using _runner = runner;
  await using _fixture = fixture;
  using session = await attachAgain(runner, port);
  await setBreakpoint(session);
  const answer = runner.get();
  await runner.until('the breakpoint is hit', () => session.take('Debugger.paused') !== undefined);
  const { pid } = await runner.ready(0);
  process.kill(pid, 'SIGTERM');
  await session.send('Debugger.resume');
  expect(await answer).toBe('one');
  await runner.ready(1);
  await runner.until('the line', () => runner.output().includes(`process ${pid} received SIGTERM: live in `));
  await runner.until('its end', () => !isThere(pid));
});
