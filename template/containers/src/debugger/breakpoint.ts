import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { attach, type Inspector } from './inspector.ts';

const file = join('apps', 'api-gateway', 'src', 'gateway.ts');
const line = 'if (found === undefined) throw';

interface Paused {
  callFrames: { callFrameId: string; url: string; location: { lineNumber: number } }[];
}

/** The process that a debugger attaches to. */
export interface Target {
  port: number;
  /** The clone whose source is open in the editor. */
  folder: string;
  /** From the launch configuration: where the process has that source, if elsewhere. */
  remoteRoot?: string | undefined;
  baseUrl: string;
}

/** Throws unless a debugger stops at a TypeScript line of the gateway, and reads the requested path there. */
export async function stopsAtItsLine({ port, folder, remoteRoot, baseUrl }: Target): Promise<void> {
  using inspector = await attach(port);
  const { stoppedAt, wanted, path, status } = await hit(inspector, folder, remoteRoot, baseUrl);
  assert.deepEqual({ stoppedAt, status }, { stoppedAt: wanted, status: 404 });
  assert.match(String(path), /^\/nowhere\//);
}

/**
 * Sets a breakpoint at the line, sends a request, and returns what a debugger sees there: the line where it stopped,
 * counted from 0, and the requested path.
 */
async function hit(
  inspector: Inspector,
  folder: string,
  remoteRoot: string | undefined,
  baseUrl: string,
): Promise<{ stoppedAt: number; wanted: number; path: unknown; status: number }> {
  const wanted = readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(line));
  if (wanted < 0) throw new Error(`${file} no longer has the line where this test stops`);
  const url = pathToFileURL(join(remoteRoot ?? folder, file)).href;
  await inspector.send('Runtime.enable');
  await inspector.send('Debugger.enable');
  await inspector.send('Debugger.setBreakpointByUrl', { url, lineNumber: wanted });

  const paused = inspector.next<Paused>('Debugger.paused');
  const answer = fetch(`${baseUrl}/nowhere/${Math.random()}`);
  const [frame] = (await paused).callFrames;
  const { result } = await inspector.send<{ result: { value: unknown } }>('Debugger.evaluateOnCallFrame', {
    callFrameId: frame?.callFrameId,
    expression: 'path',
  });
  await inspector.send('Debugger.disable');
  const { status } = await answer;
  return { stoppedAt: frame?.location.lineNumber ?? -1, wanted, path: result.value, status };
}
