export {
  loginSchema,
  refreshSchema,
  registerSchema,
  sessionListSchema,
  sessionSchema,
  signedInSchema,
  type Login,
  type Register,
  type Session,
  type SignedIn,
} from './auth.ts';
export {
  createCredentialsClient,
  createSessionsClient,
  createTokenClient,
  createUsersClient,
  type CredentialsClient,
  type ServiceTokens,
  type SessionsClient,
  type UsersClient,
} from './clients.ts';
export { ACCESS_TOKEN_LIFETIME_S, ENDED_SESSION_KEPT_MS, ENDED_SESSIONS_KEY } from './ended-session.ts';
export {
  accountSchema,
  clientSecretSchema,
  confirmCredentialsSchema,
  endSessionsSchema,
  scopeSchema,
  serviceTokenRequestSchema,
  serviceTokenSchema,
  type Account,
  type ConfirmCredentials,
  type EndSessions,
  type Scope,
} from './internal.ts';
export {
  createJsonClient,
  type JsonClient,
  type JsonClientOptions,
  type JsonRequest,
  type Requester,
} from './json-client.ts';
export { emailSchema, idSchema, nameSchema, newPasswordSchema, passwordSchema } from './primitives.ts';
export { queryInteger } from './query.ts';
export {
  changePasswordSchema,
  createUserSchema,
  roleSchema,
  updateUserSchema,
  userPageQuerySchema,
  userPageSchema,
  userSchema,
  type ChangePassword,
  type CreateUser,
  type Role,
  type UpdateUser,
  type User,
  type UserPage,
} from './user.ts';
