import { administering } from './promises/administering.ts';
import { ambiguous } from './promises/ambiguous.ts';
import { everywhere } from './promises/everywhere.ts';
import { forgedTokens } from './promises/forged-tokens.ts';
import { gateway } from './promises/gateway.ts';
import { malformed } from './promises/malformed.ts';
import { ownAccount } from './promises/own-account.ts';
import { passwords } from './promises/passwords.ts';
import { publishedKeys } from './promises/published-keys.ts';
import { refreshing } from './promises/refreshing.ts';
import { registering } from './promises/registering.ts';
import { sessions } from './promises/sessions.ts';
import { signingIn } from './promises/signing-in.ts';
import { tidiness } from './promises/tidiness.ts';
import type { Group } from './runner/check.ts';

/** All that the public API promises, in the order in which somebody meets it. */
export const promises: readonly Group[] = [
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

/** What can be said only after everything else was asked. */
export const afterwards: readonly Group[] = [everywhere, tidiness];
