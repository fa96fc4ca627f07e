import type { LiveConfig } from '@evenkeel/config';
import { closeRedis, createRedis, createRedisCheck } from '@evenkeel/redis';
import type { Lifecycle } from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createRemoteKeys, createVerifier, type Verifier } from '@evenkeel/tokens';
import { SERVICE_NAME, type Config } from './config.ts';
import { createNoteStore, type NoteStore } from './store/note.ts';

/** The dependencies of request handlers. */
export interface Dependencies {
  logger: Logger;
  notes: NoteStore;
  verifier: Verifier;
}

export function createDependencies(config: LiveConfig<Config>, logger: Logger): Dependencies & Lifecycle {
  const { REDIS_URL, REDIS_PASSWORD, AUTH_SERVICE_URL, NOTES_PER_USER, TOKEN_ISSUER, TOKEN_AUDIENCE } = config.current;
  const redis = createRedis({ url: REDIS_URL, password: REDIS_PASSWORD, logger, name: SERVICE_NAME });
  const keys = createRemoteKeys({
    url: new URL('/.well-known/jwks.json', AUTH_SERVICE_URL),
    onFailure: (error) => logger.warn({ err: error }, 'the public keys could not be fetched'),
  });
  return {
    logger,
    notes: createNoteStore(redis, NOTES_PER_USER),
    verifier: createVerifier({ issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, keys }),
    checks: { redis: createRedisCheck(redis, { required: true }) },
    close: () => closeRedis(redis),
  };
}
