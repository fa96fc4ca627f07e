import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlace, ROOT, startKeel } from '@evenkeel/keel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { typeInto } from '../src/shell.ts';
import { looksLike, stepsOf } from '../src/steps.ts';

it('README.md shows the real output of its commands, run in order in one shell', async () => {
  await using place = await openPlace();
  await using up = startKeel(['up', '--plain'], place.env);
  await up.untilPrinted(/All ready in/);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-transcript-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));

  const steps = stepsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  const gateway = `127.0.0.1:${place.portOf('api-gateway')}`;
  const shown = await typeInto(
    steps.map(({ command }) => command.replaceAll('127.0.0.1:8080', gateway)),
    folder,
  );

  expect(steps.length).toBeGreaterThan(5);
  for (const [index, { command, output, line }] of steps.entries()) {
    const { output: printed = '', status } = shown[index] ?? {};
    expect(status, `README.md:${line}: ${command}\n${printed}`).toBe(0);
    expect(looksLike(printed, output) ? output : printed, `README.md:${line}: ${command}`).toBe(output);
  }
});
