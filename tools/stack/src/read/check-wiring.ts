import { suggestion } from '../did-you-mean.ts';
import type { Problem } from '../problem.ts';
import type { Located, Outline, OutlinedService } from './outline.ts';

/** What needs no quotes in PostgreSQL; its own databases are not a service's. */
const validDatabase = /^(?!postgres$|template[01]$)[a-z_][a-z0-9_]{0,62}$/;

/** Databases, secrets and scopes that do not fit together. */
export function wiringProblems({ services }: Outline, file: string): Problem[] {
  const problems = [
    ...databaseProblems(services),
    ...services.flatMap(clientProblems),
    ...services.flatMap((service) => scopeProblems(service, services)),
  ];
  return problems.map((problem) => ({ file, ...problem }));
}

type Found = Omit<Problem, 'file'>;

function databaseProblems(services: readonly OutlinedService[]): Found[] {
  const owners = new Map<unknown, Located<string>>();
  return services.flatMap((service): Found[] => {
    const { name, database } = service;
    const usesPostgres = used(service).has('postgres');
    if (database === undefined) {
      if (!usesPostgres) return [];
      return [
        { line: service.line, message: `${name} uses postgres and must have a database, such as "database: things"` },
      ];
    }
    const { value, line } = database;
    if (!usesPostgres) {
      return [{ line, message: `${name}.database is only for a service that depends on or calls postgres` }];
    }
    if (typeof value !== 'string') return [];
    if (!validDatabase.test(value))
      return [{ line, message: `${name}.database must be ${databaseRule}, not "${value}"` }];
    const owner = owners.get(value);
    if (owner !== undefined) {
      const message = `${name}.database "${value}" is the database of ${owner.value} on line ${owner.line}; each has its own`;
      return [{ line, message }];
    }
    owners.set(value, { value: name, line });
    return [];
  });
}

const databaseRule =
  'lower-case letters, digits and underscores, no digit first, at most 63, and not postgres, template0 or template1';

/** Who asks for service tokens proves who it is; the issuer signs its own. */
function clientProblems({ name, secrets, scopes }: OutlinedService): Found[] {
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

function scopeProblems(service: OutlinedService, services: readonly OutlinedService[]): Found[] {
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
