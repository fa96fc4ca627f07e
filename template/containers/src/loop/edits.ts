import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const file = join('apps', 'api-gateway', 'src', 'gateway.ts');
const sentence = /No such path[^']*\./;

/** Changes the gateway's response for a path that does not exist. */
export function edit(folder: string, word: string): void {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  if (!sentence.test(source)) throw new Error(`${file} no longer says what this test changes`);
  writeFileSync(path, source.replace(sentence, `No such path, ${word}.`));
}

/** Resolves with the milliseconds until the response contains the word. */
export async function live(baseUrl: string, word: string, limitMs = 60_000): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const text = await fetch(`${baseUrl}/nowhere`).then(
      (answer) => answer.text(),
      () => '',
    );
    if (text.includes(word)) return performance.now() - begun;
    if (performance.now() - begun > limitMs) throw new Error(`"${word}" is not live after ${limitMs} ms: ${text}`);
    await sleep(5);
  }
}
