import { z } from 'zod';
import { decodeBase64url } from './base64url.ts';
import { TOKEN_TYPE } from './claims.ts';

export const ALGORITHM = 'RS256';

const MAX_TOKEN_LENGTH = 4_096;

/**
 * `jku`, `jwk`, `x5u` and `x5c` are never looked at: keys come from the configuration only.
 * `crit` names extensions that must be understood (RFC 7515, section 4.1.11), and none is.
 */
const headerSchema = z.object({
  alg: z.literal(ALGORITHM),
  typ: z.literal(TOKEN_TYPE),
  kid: z.string().min(1),
  crit: z.never().optional(),
});

/**
 * The id of the key that a token claims to be signed with, once its form is that of our tokens: three parts of
 * canonical base64url and a header with our algorithm and type. `undefined` for any other text.
 */
export function readKeyId(token: string): string | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  const parts = token.split('.');
  const [header, ...others] = parts.map(decodeBase64url);
  if (parts.length !== 3 || header === undefined || others.includes(undefined)) return undefined;
  return headerSchema.safeParse(parseJson(header)).data?.kid;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
