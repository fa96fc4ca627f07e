import type { Service } from '../stack.ts';

/** The administrator to begin with, where nothing else says who that is. */
export const ADMIN_EMAIL = 'admin@evenkeel.local';

/**
 * The generated secrets that a service of `services.yaml` may have for its own, by the names used there: the variable
 * that the service reads, or reads the path of the file from with `_FILE`.
 */
export const generatedSecrets = {
  signing_keys: { variable: 'SIGNING_KEYS', file: 'signing_keys.json' },
  service_clients: { variable: 'SERVICE_CLIENTS', file: 'service_clients.json' },
  service_client_secret: { variable: 'SERVICE_CLIENT_SECRET', file: 'service_client_secret' },
  admin_password: { variable: 'ADMIN_PASSWORD', file: 'admin_password' },
} as const;

export type SecretId = keyof typeof generatedSecrets;
type SecretFile = (typeof generatedSecrets)[SecretId]['file'];

/** The variables that give a service its own secrets. */
export function secretVariables(service: Service, secretFile: (file: SecretFile) => string): Record<string, string> {
  const files = service.secrets.map((id) => {
    const { variable, file } = generatedSecrets[id];
    return [`${variable}_FILE`, secretFile(file)] as const;
  });
  return { ...Object.fromEntries(files), ...(service.secrets.includes('admin_password') && { ADMIN_EMAIL }) };
}
