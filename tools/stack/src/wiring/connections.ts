import type { Service, Stack } from '../stack.ts';

/** Where a way of running keeps what the variables of a service point to. */
export interface Places {
  /** `host:port` of a service or store. */
  address: (name: string) => string;
  secretFile: (file: StorePassword) => string;
}

/** The file of the password that the services of a store use. */
export const storePasswords = { postgres: 'database_password', redis: 'redis_password' } as const;

type StorePassword = (typeof storePasswords)[keyof typeof storePasswords];

/** The variables that connect a service to what it depends on and calls. */
export function connectionsOf(stack: Stack, service: Service, { address, secretFile }: Places): Record<string, string> {
  const uses = usedBy(service);
  const upstreams = upstreamsOf(stack, service).map((name) => [urlVariable(name), `http://${address(name)}`] as const);
  return {
    ...Object.fromEntries(upstreams),
    ...(uses.has('postgres') && {
      DATABASE_URL: `postgres://${roleOf(service)}@${address('postgres')}/${service.database}`,
      DATABASE_PASSWORD_FILE: secretFile(storePasswords.postgres),
    }),
    ...(uses.has('redis') && {
      REDIS_URL: `redis://${address('redis')}/0`,
      REDIS_PASSWORD_FILE: secretFile(storePasswords.redis),
    }),
  };
}

/** The role that owns a service's database: `user_service`. */
export function roleOf({ name }: Service): string {
  return name.replaceAll('-', '_');
}

/** The databases in postgres, and the role that owns each. */
export function databasesOf(stack: Stack): { role: string; database: string }[] {
  return stack.services.flatMap((service) =>
    service.database === undefined ? [] : [{ role: roleOf(service), database: service.database }],
  );
}

export function usedBy({ dependsOn, calls }: Service): Set<string> {
  return new Set([...dependsOn, ...calls]);
}

/** The services that a service depends on or calls. */
export function upstreamsOf(stack: Stack, service: Service): string[] {
  const uses = usedBy(service);
  return stack.services.map(({ name }) => name).filter((name) => uses.has(name));
}

/** `web-shop` is at WEB_SHOP_URL. */
export function urlVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_URL`;
}
