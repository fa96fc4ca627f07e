import type { Client } from 'pg';

/** A database and the one role that owns it. */
export interface OwnedDatabase {
  /** Connection string of a superuser. */
  adminUrl: string;
  database: string;
  role: string;
  password: string;
}

/**
 * Makes the role and its database where they are missing and sets the role's password. The role owns that database
 * and can connect to no other one; only a superuser can connect to it as well.
 */
export async function ensureDatabase({ adminUrl, database, role, password }: OwnedDatabase): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    const [db, owner] = [client.escapeIdentifier(database), client.escapeIdentifier(role)];
    const found = await client.query<{ role: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = $2) AS database`,
      [role, database],
    );
    const verb = found.rows[0]?.role ? 'ALTER' : 'CREATE';
    const limits = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE';
    await client.query(`${verb} ROLE ${owner} ${limits} PASSWORD ${client.escapeLiteral(password)}`);
    if (found.rows[0]?.database) return;
    await client.query(`CREATE DATABASE ${db} OWNER ${owner}`);
    await client.query(`REVOKE ALL ON DATABASE ${db}, postgres, template1 FROM PUBLIC`);
  });
}

/** Copies a database, for a test that needs its own; there must be no connection to the template meanwhile. */
export async function cloneDatabase(adminUrl: string, template: string, database: string, role: string): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    const [from, to, owner] = [template, database, role].map((name) => client.escapeIdentifier(name));
    await client.query(`CREATE DATABASE ${to} TEMPLATE ${from} OWNER ${owner}`);
    await client.query(`REVOKE ALL ON DATABASE ${to} FROM PUBLIC`);
  });
}

/** Drops a database and cuts its connections. */
export async function dropDatabase(adminUrl: string, database: string): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`);
  });
}

/** Runs `work` with a connection of a superuser. */
export async function asAdmin<T>(adminUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  // Loaded when it is used: who only asks whether a port is free need not wait for it.
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
