import { suggestion } from '../did-you-mean.ts';
import type { Mistake } from '../problem.ts';
import type { Outline, OutlinedService } from './outline.ts';

/** A DNS label (RFC 1123) that begins with a letter: Compose and Kubernetes find services by this name. */
const validName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names that are no DNS labels, that nothing declares, that are listed twice, or that a service shares with a store. */
export function nameMistakes(outline: Outline): Mistake[] {
  const services = new Map(outline.services.map((service) => [service.name, service.line]));
  const known = new Set([...services.keys(), ...outline.backing.map((backing) => backing.value)]);

  const others = [
    ...outline.backing.map((each) => ({ ...each, kind: 'backing' })),
    ...outline.sidecars.map((each) => ({ ...each, kind: 'sidecar' })),
    ...outline.observability.map((each) => ({ ...each, kind: 'observability' })),
  ];
  const declared = [...outline.services.map(({ name, line }) => ({ value: name, line })), ...others];
  const invalid = declared
    .filter(({ value }) => !validName.test(value))
    .map(({ value, line }) => ({ line, message: `the name "${value}" must be ${nameRule}` }));
  const clashes = others.flatMap(({ value, line, kind }) => {
    const taken = services.get(value);
    return taken === undefined
      ? []
      : [{ line, message: `${kind} "${value}" has the name of the service on line ${taken}` }];
  });
  const lists = outline.services.flatMap(({ name, dependsOn, calls, secrets, grants, scopes, noContract }) => [
    ...unknownNames(`${name}.depends_on`, dependsOn, known),
    ...unknownNames(`${name}.calls`, calls, known),
    ...uncalled(name, noContract, [...dependsOn, ...calls]),
    ...Object.entries({ depends_on: dependsOn, calls, secrets, grants, scopes }).flatMap(([key, values]) =>
      repeatedIn(`${name}.${key}`, values),
    ),
  ]);
  return [...invalid, ...clashes, ...lists];
}

const nameRule = 'lower-case letters, digits and hyphens, a letter first, at most 63';

function unknownNames(label: string, names: OutlinedService['calls'], known: ReadonlySet<string>) {
  return names
    .filter(({ value }) => !known.has(value))
    .map(({ value, line }) => {
      const hint = suggestion(value, known) || `; known: ${[...known].join(', ')}`;
      return { line, message: `${label} names "${value}", which is neither a service nor in backing${hint}` };
    });
}

function uncalled(service: string, names: OutlinedService['noContract'], known: OutlinedService['calls']) {
  const used = known.map(({ value }) => value);
  return names
    .filter(({ value }) => !used.includes(value))
    .map(({ value, line }) => {
      const message = `${service}.no_contract names "${value}", which ${service} neither depends on nor calls`;
      return { line, message: message + suggestion(value, used) };
    });
}

function repeatedIn(label: string, values: OutlinedService['calls']) {
  const again = values.filter(({ value }, index) => values.findIndex((each) => each.value === value) < index);
  return again.map(({ value, line }) => ({ line, message: `${label} lists "${value}" twice` }));
}
