import { asAdmin, dropDatabase, ensureDatabase } from '@evenkeel/local-stores';

/** The one unprivileged role of a run, which owns the databases of its tests. */
export function roleOf(run: string): { role: string; password: string } {
  return { role: `test_${run}`, password: run };
}

export function databaseName(run: string, name: string): string {
  return `test_${run}_${name}`;
}

/**
 * Makes the template `name` unless another test file has: those that come meanwhile wait for it. Only a template whose
 * `migrate` has succeeded gets its name.
 */
export async function ensureTemplate(
  adminUrl: string,
  run: string,
  name: string,
  migrate: (url: string) => Promise<void>,
): Promise<string> {
  const template = databaseName(run, name);
  const draft = `${template}_draft`;
  await asAdmin(adminUrl, async (client) => {
    // One for all templates: each makes the role of the run where it is missing.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [roleOf(run).role]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount !== 0) return;
    await dropDatabase(adminUrl, draft);
    await ensureDatabase({ adminUrl, database: draft, ...roleOf(run) });
    await migrate(roleUrl(adminUrl, run, draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
  });
  return template;
}

/** How the run's role reaches a database. */
export function roleUrl(adminUrl: string, run: string, database: string): string {
  const { role, password } = roleOf(run);
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}

/** Drops the databases and the role of a run. */
export async function removeRun(adminUrl: string, run: string): Promise<void> {
  const { role } = roleOf(run);
  await asAdmin(adminUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [databaseName(run, '')],
    );
    for (const { datname } of rows) await dropDatabase(adminUrl, datname);
    await client.query(`DROP ROLE IF EXISTS ${role}`);
  });
}
