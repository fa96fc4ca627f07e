import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../problem.ts';
import { readYaml } from '../read/view.ts';
import type { Stack } from '../stack.ts';

const declaration = 'services.yaml';

/**
 * Services that rely on each other without a contract in pacts/ or a reason for having none; reasons and contracts that
 * are out of date; contracts that no test writes or verifies.
 */
export async function contractProblems(root: string, { services }: Stack): Promise<Problem[]> {
  const { view } = readYaml(await readFile(join(root, declaration), 'utf8'), declaration);
  const lineOf = (name: string) => view?.get('services').get(name).lineOfKey ?? 1;
  const names = services.map(({ name }) => name);
  const edges = services.flatMap(({ name, dependsOn, calls, noContract = {} }) =>
    [...dependsOn, ...calls]
      .filter((each) => names.includes(each))
      .map((provider) => ({ consumer: name, provider, reason: noContract[provider] })),
  );
  const pactOf = ({ consumer, provider }: { consumer: string; provider: string }) =>
    `pacts/${consumer}-${provider}.json`;

  const undeclared = edges.flatMap((edge): Problem[] => {
    const { consumer, provider, reason } = edge;
    const exists = existsSync(join(root, pactOf(edge)));
    if (exists === (reason === undefined)) return [];
    const message = exists
      ? `${consumer}.no_contract has a reason for ${provider}, and ${pactOf(edge)} is there: remove one of them`
      : `${consumer} relies on ${provider}, and ${pactOf(edge)} is missing: write it as docs/guides/contracts.md shows, or say why not in ${consumer}.no_contract`;
    return [{ file: declaration, line: lineOf(consumer), message }];
  });
  const stray = globSync('pacts/*.json', { cwd: root })
    .sort()
    .flatMap((file): Problem[] => {
      const edge = edges.find((each) => pactOf(each) === file);
      if (edge === undefined) {
        return [
          {
            file,
            line: 1,
            message: 'is of a service that neither depends on nor calls the other: delete it, or declare the call',
          },
        ];
      }
      const tests = [
        `apps/${edge.consumer}/test/consumer.contract.test.ts`,
        `apps/${edge.provider}/test/provider.contract.test.ts`,
      ];
      const missing = tests.filter((test) => !existsSync(join(root, test)));
      return missing.map((test) => ({ file, line: 1, message: `nothing holds it up: ${test} is missing` }));
    });
  return [...undeclared, ...stray];
}
