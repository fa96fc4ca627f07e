import { expect, it } from 'vitest';
import { stopsAtItsLine } from '../src/debugger/breakpoint.ts';
import { edit, live } from '../src/loop/edits.ts';
import { needsEngine } from './engine.ts';
import { launchConfiguration } from '../src/debugger/launch-configuration.ts';
import { copiedStack, root } from '../src/compose/copied-stack.ts';
import { declaredStack } from '../src/compose/declared-stack.ts';

needsEngine();

it('stops at a TypeScript line of a service in a container, and again after a hot restart', async () => {
  const { remoteRoot, restart } = launchConfiguration(await declaredStack(root), 'api-gateway (container)');
  expect(remoteRoot).toBeDefined();
  expect(restart).toBeTruthy();
  await using compose = await copiedStack('debugger');
  await compose.project.compose(['up', '--build', '--wait']);
  const { folder, baseUrl, debugPorts } = compose;
  // The port is another one only so that this test disturbs nobody.
  const target = { port: debugPorts['api-gateway'] ?? 0, folder, remoteRoot, baseUrl };
  await stopsAtItsLine(target);
  edit(folder, 'edited');
  await live(baseUrl, 'edited');
  await stopsAtItsLine(target);
});
