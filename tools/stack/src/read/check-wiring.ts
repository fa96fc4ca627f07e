import { suggestion } from '../did-you-mean.ts';
import type { Mistake } from '../problem.ts';
import type { Outline, OutlinedService } from './outline.ts';

/** What needs no quotes in PostgreSQL; its own databases are not a service's. */
const validDatabase = /^(?!postgres$|template[01]$)[a-z_][a-z0-9_]{0,62}$/;

/** Databases, secrets and scopes that do not fit together. */
export function wiringMistakes({ services }: Outline): Mistake[] {
  return [
    ...services.flatMap((service) => databaseMistakes(service, services)),
    ...services.flatMap(clientMistakes),
    ...services.flatMap((service) => scopeMistakes(service, services)),
  ];
}

function databaseMistakes(service: OutlinedService, services: readonly OutlinedService[]): Mistake[] {
  const { name, database } = service;
  const { value } = database;
  const mistake = (message: string): Mistake[] => [{ line: database.exists ? database.line : service.line, message }];
  if (!used(service).has('postgres')) {
    return database.exists ? mistake(`${name}.database is only for a service that depends on or calls postgres`) : [];
  }
  if (!database.exists) return mistake(`${name} uses postgres and must have a database, such as "database: things"`);
  // The check of the shape says that it must be text.
  if (typeof value !== 'string') return [];
  if (!validDatabase.test(value)) return mistake(`${name}.database must be ${databaseRule}, not "${value}"`);
  const owner = services.find((each) => each.database.value === value && used(each).has('postgres')) ?? service;
  if (owner === service) return [];
  return mistake(`${name}.database "${value}" is that of ${owner.name} on line ${owner.line}; each has its own`);
}

const databaseRule =
  'lower-case letters, digits and underscores, no digit first, at most 63, and not postgres, template0 or template1';

/** Who asks for service tokens proves who it is; the issuer signs its own. */
function clientMistakes({ name, secrets, scopes }: OutlinedService): Mistake[] {
  const has = (id: string) => secrets.find(({ value }) => value === id);
  const [scope] = scopes;
  const secret = has('service_client_secret');
  if (scope !== undefined && secret === undefined && has('signing_keys') === undefined) {
    return [{ line: scope.line, message: `${name}.scopes needs "service_client_secret" in ${name}.secrets` }];
  }
  if (scope === undefined && secret !== undefined) {
    const message = `${name}.secrets lists "service_client_secret", which is only for a service with scopes`;
    return [{ line: secret.line, message }];
  }
  return [];
}

function scopeMistakes(service: OutlinedService, services: readonly OutlinedService[]): Mistake[] {
  const names = used(service);
  const granted = services
    .filter(({ name }) => names.has(name))
    .flatMap(({ grants }) => grants.map(({ value }) => value));
  const unknown = service.scopes.filter(({ value }) => !granted.includes(value));
  return unknown.map(({ value, line }) => {
    const hint = suggestion(value, granted) || `; granted: ${granted.join(', ') || 'none'}`;
    return {
      line,
      message: `${service.name}.scopes has "${value}", which nothing that it depends on or calls grants${hint}`,
    };
  });
}

function used({ dependsOn, calls }: OutlinedService): Set<string> {
  return new Set([...dependsOn, ...calls].map(({ value }) => value));
}
