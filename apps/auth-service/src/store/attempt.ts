import { AppError } from '@evenkeel/errors';
import type { Redis } from '@evenkeel/redis';
import type { Config } from '../config.ts';
import { createKnownNetworks } from './known-network.ts';
import { createLimit } from './limit.ts';

/** The limits on attempts. All throw `rate_limited`, or `unavailable` when Redis is unavailable. */
export interface Attempts {
  /** Whether the account has signed in from this network: attackers elsewhere must not lock its owner out. */
  isKnown(email: string, network: string): Promise<boolean>;
  /**
   * Counts a login and runs it. A success clears what was counted of the account at this network, and an outage counts
   * for nothing: only wrong credentials use an account's attempts up.
   */
  login<T>(email: string, network: string, known: boolean, verify: () => Promise<T>): Promise<T>;
  /** Counts a registration and runs it. */
  register<T>(email: string, network: string, create: () => Promise<T>): Promise<T>;
  /** Counts an email that a user wants: by the user, and like a registration, which reveals as much about others. */
  newEmail(userId: string, email: string, network: string): Promise<void>;
  /** Counts a refresh before its token was looked at. */
  refreshFrom(network: string): Promise<void>;
  /** Counts a refresh with a token of the user, so that no one else can use up their attempts. */
  refreshOf(userId: string): Promise<void>;
  /** Counts a request for a service token, whatever its secret. */
  serviceTokenFrom(network: string): Promise<void>;
}

export function createAttempts(redis: Redis, config: Config, now: () => number): Attempts {
  const networks = createKnownNetworks(redis, now);
  const loginAddress = createLimit(redis, 'login-address', config.LOGIN_ADDRESS_RATE);
  const loginAccountAddress = createLimit(redis, 'login-account-address', config.LOGIN_ACCOUNT_ADDRESS_RATE);
  const loginAccount = createLimit(redis, 'login-account', config.LOGIN_ACCOUNT_RATE);
  const registerAddress = createLimit(redis, 'register-address', config.REGISTER_ADDRESS_RATE);
  const registerAccountAddress = createLimit(redis, 'register-account-address', config.REGISTER_ACCOUNT_ADDRESS_RATE);
  const emailAccount = createLimit(redis, 'email-account', config.EMAIL_ACCOUNT_RATE);
  const refreshAddress = createLimit(redis, 'refresh-address', config.REFRESH_ADDRESS_RATE);
  const refreshAccount = createLimit(redis, 'refresh-account', config.REFRESH_ACCOUNT_RATE);
  const serviceTokenAddress = createLimit(redis, 'service-token-address', config.SERVICE_TOKEN_ADDRESS_RATE);

  return {
    isKnown: (email, network) => networks.has(email, network),
    async login(email, network, known, verify) {
      await loginAddress.take(network);
      await loginAccountAddress.take(email, network);
      if (!known) await loginAccount.take(email);
      try {
        const verified = await verify();
        await Promise.all([loginAccountAddress.forget(email, network), networks.add(email, network)]);
        if (!known) await loginAccount.giveBack(email);
        return verified;
      } catch (error) {
        if (!isWrongCredentials(error)) {
          await loginAccountAddress.giveBack(email, network);
          if (!known) await loginAccount.giveBack(email);
        }
        throw error;
      }
    },
    async register(email, network, create) {
      await registerAddress.take(network);
      await registerAccountAddress.take(email, network);
      const created = await create();
      // It is done, whatever becomes of this: without it their next sign-in counts as one from a new network.
      await networks.add(email, network).catch(() => undefined);
      return created;
    },
    async newEmail(userId, email, network) {
      await emailAccount.take(userId);
      await registerAddress.take(network);
      await registerAccountAddress.take(email, network);
    },
    refreshFrom: (network) => refreshAddress.take(network),
    refreshOf: (userId) => refreshAccount.take(userId),
    serviceTokenFrom: (network) => serviceTokenAddress.take(network),
  };
}

function isWrongCredentials(error: unknown): boolean {
  return error instanceof AppError && error.code === 'invalid_credentials';
}
