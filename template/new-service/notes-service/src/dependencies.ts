import type { LiveConfig } from '@evenkeel/config';
import { closeRedis, connectRedis, redisCheck } from '@evenkeel/redis';
import type { Dependencies as Checks } from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createVerifier, remoteKeys, type Verifier } from '@evenkeel/tokens';
import { SERVICE_NAME, type Config } from './config.ts';
import { createNoteStore, type NoteStore } from './store/note.ts';

/** What requests are served with. */
export interface Dependencies {
  logger: Logger;
  notes: NoteStore;
  verifier: Verifier;
  checks: Checks;
  close: () => Promise<void>;
}

export function createDependencies(config: LiveConfig<Config>, logger: Logger): Dependencies {
  const { REDIS_URL, REDIS_PASSWORD, AUTH_SERVICE_URL, NOTES_PER_USER, TOKEN_ISSUER, TOKEN_AUDIENCE } = config.current;
  const redis = connectRedis({ url: REDIS_URL, password: REDIS_PASSWORD, logger, name: SERVICE_NAME });
  const keys = remoteKeys({
    url: new URL('/.well-known/jwks.json', AUTH_SERVICE_URL),
    onFailure: (error) => logger.warn({ err: error }, 'the public keys could not be fetched'),
  });
  return {
    logger,
    notes: createNoteStore(redis, NOTES_PER_USER),
    verifier: createVerifier({ issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, keys }),
    checks: { redis: redisCheck(redis) },
    close: () => closeRedis(redis),
  };
}
