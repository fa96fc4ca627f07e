// Written by ./keel generate from services.yaml.

/** The services behind this one, and the variable with the URL of each. */
export const upstreamVariables = {
  'auth-service': 'AUTH_SERVICE_URL',
  'user-service': 'USER_SERVICE_URL',
} as const;
