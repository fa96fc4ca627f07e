/**
 * What each provider can be brought into before an interaction. Consumers name these states, providers handle them: one
 * list, so that neither side can misspell one.
 */
export const providerStates = {
  'auth-service': [
    'a user with this email exists',
    'the sign-in attempts of this email are used up',
    'this service may request tokens',
    'Redis is unavailable',
  ],
  'user-service': [
    'a user with this email exists',
    'a user with this id exists',
    'there are no users',
    'PostgreSQL is unavailable',
  ],
} as const;

export type ProviderName = keyof typeof providerStates;
export type StateOf<P extends ProviderName> = (typeof providerStates)[P][number];
/** Parameters of a state: what the interaction needs, such as the email of a user. */
export type StateParameters = Readonly<Record<string, string>>;
