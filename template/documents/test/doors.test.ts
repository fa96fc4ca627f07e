import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { clonedFiles } from '@evenkeel/clone';
import { declaredStack } from '@evenkeel/stack';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import tseslint from 'typescript-eslint';

const root = join(import.meta.dirname, '..', '..', '..');
const services = (await declaredStack(root)).services.map(({ name }) => name);

describe('tools/ works with any services', () => {
  // A name, or a variable derived from it.
  const names = services.flatMap((name) => [name, name.toUpperCase().replaceAll('-', '_')]);
  // Messages of the services: what they log and return, and what their tests match.
  const sentences = ['No such path', 'created the first administrator'];
  // Repeats services.yaml, for a container that cannot read it.
  const generated = ['needed.json'];

  it('no file names a service of this product, a path of its API or a message of its source', async () => {
    const files = (await clonedFiles(root)).filter((file) => file.startsWith('tools/'));
    expect(files.length).toBeGreaterThan(100);
    const told = files
      .filter((file) => !generated.includes(basename(file)))
      .flatMap((file) => {
        const text = readFileSync(join(root, file), 'utf8');
        return [...names, ...sentences, '/users/me', '/auth/']
          .filter((each) => text.includes(each))
          .map((each) => `${file}: ${each}`);
      });
    expect(told).toEqual([]);
  });
});

it('lint rejects an import of template/ from anywhere else', async () => {
  const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });
  const code = `import '@evenkeel/documents';\n`;
  const [report] = await eslint.lintText(code, { filePath: join(root, 'tools/keel/src/a.ts') });
  expect(report?.messages.map(({ message }) => message)).toEqual([expect.stringContaining('template/ can be deleted')]);
});
