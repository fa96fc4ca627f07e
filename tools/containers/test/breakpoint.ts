import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Inspector } from './inspector.ts';

const file = join('apps', 'api-gateway', 'src', 'gateway.ts');
const line = 'if (route === undefined) throw';

interface Paused {
  callFrames: { callFrameId: string; url: string; location: { lineNumber: number } }[];
}

/**
 * Sets a breakpoint at a TypeScript line of the gateway, sends it a request, and tells what a debugger sees there: the
 * line where it stands, counted from 0, and the path that was asked for.
 *
 * @param folder the clone whose source is open in the editor
 * @param remoteRoot of the launch configuration; where the process has that source, if elsewhere
 */
export async function hit(
  inspector: Inspector,
  folder: string,
  remoteRoot: string | undefined,
  baseUrl: string,
): Promise<{ stoppedAt: number; wanted: number; path: unknown; status: number }> {
  const wanted = readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(line));
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
