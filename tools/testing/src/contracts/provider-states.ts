/**
 * What providers can be brought into before an interaction. Consumers name these states, providers handle those that
 * their consumers name: one list, so that neither side can misspell one.
 */
export const providerStates = [
  'a user with this email exists',
  'a user with this id exists',
  'there are no users',
  'the sign-in attempts of this email are used up',
  'this service may request tokens',
  'PostgreSQL is unavailable',
  'Redis is unavailable',
] as const;

export type ProviderState = (typeof providerStates)[number];
/** Parameters of a state: what the interaction needs, such as the email of a user. */
export type StateParameters = Readonly<Record<string, string>>;
