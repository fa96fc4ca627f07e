import { administering } from './checks/administering.ts';
import { ambiguous } from './checks/ambiguous.ts';
import { everywhere } from './checks/everywhere.ts';
import { forgedTokens } from './checks/forged-tokens.ts';
import { gateway } from './checks/gateway.ts';
import { malformed } from './checks/malformed.ts';
import { ownAccount } from './checks/own-account.ts';
import { passwords } from './checks/passwords.ts';
import { publishedKeys } from './checks/published-keys.ts';
import { refreshing } from './checks/refreshing.ts';
import { registering } from './checks/registering.ts';
import { sessions } from './checks/sessions.ts';
import { signingIn } from './checks/signing-in.ts';
import { tidiness } from './checks/tidiness.ts';
import type { Group } from './runner/check.ts';

/** All checks of the public API, in the order in which a user meets it. */
export const checks: readonly Group[] = [
  registering,
  signingIn,
  refreshing,
  sessions,
  publishedKeys,
  forgedTokens,
  ownAccount,
  passwords,
  administering,
  malformed,
  ambiguous,
  gateway,
];

/** Checks of everything that the others have sent and received. */
export const afterwards: readonly Group[] = [everywhere, tidiness];
