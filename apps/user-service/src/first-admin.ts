import { AppError } from '@evenkeel/errors';
import type { Logger } from '@evenkeel/telemetry';
import type { PasswordHasher } from './password-hasher.ts';
import { hasAdmin } from './store/admin.ts';
import type { Database } from './store/database.ts';
import { insertUser } from './store/user.ts';

export interface FirstAdmin {
  email: string;
  password: string;
}

/** Creates the administrator to begin with, unless there is one. Several replicas may do so at once. */
export async function ensureFirstAdmin(
  { database, hasher, logger }: { database: Database; hasher: PasswordHasher; logger: Logger },
  { email, password }: FirstAdmin,
  signal: AbortSignal,
): Promise<void> {
  if (await hasAdmin(database.query)) return;
  const passwordHash = await hasher.hash(password, { client: '', signal });
  try {
    const admin = { email, name: 'Administrator', roles: ['admin', 'user'] as const, passwordHash };
    const user = await database.transaction((query) => insertUser(query, admin), signal);
    logger.info({ user_id: user.id }, 'created the first administrator');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'email_taken') throw error;
    // Another replica was first, or someone else registered the email, who must not become administrator.
    if (!(await hasAdmin(database.query)))
      logger.error('there is no administrator, and ADMIN_EMAIL belongs to an ordinary user: set another one');
  }
}
