import { createHash, randomBytes } from 'node:crypto';

/**
 * A refresh token is opaque to its client: base64url of the session's id (16 bytes), a secret of the session (16 bytes,
 * the same in all its tokens) and a secret of this token (32 bytes). The session's secret lets a token that was spent long
 * ago be told from a forged one, without remembering every token that ever was. Redis holds hashes only.
 */
export interface RefreshToken {
  text: string;
  sessionId: string;
  /** SHA-256 of the session's secret. */
  familyHash: string;
  /** SHA-256 of the whole token. */
  hash: string;
}

/** When a token comes back within this time after it was spent, it may have been a second tab or a retry (RFC 9700, 4.14). */
export const REUSE_GRACE_MS = 10_000;

const ID_BYTES = 16;
const FAMILY_BYTES = 16;
const TOKEN_BYTES = 32;

/** The first token of a session. */
export function firstRefreshToken(sessionId: string): RefreshToken {
  return tokenFrom(Buffer.from(sessionId.replaceAll('-', ''), 'hex'), randomBytes(FAMILY_BYTES));
}

/** The token that replaces `token`. */
export function nextRefreshToken(token: RefreshToken): RefreshToken {
  const bytes = Buffer.from(token.text, 'base64url');
  return tokenFrom(bytes.subarray(0, ID_BYTES), bytes.subarray(ID_BYTES, ID_BYTES + FAMILY_BYTES));
}

/** Reads what a client sent; `undefined` when it cannot be one of our tokens. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const wellFormed = bytes.length === ID_BYTES + FAMILY_BYTES + TOKEN_BYTES && bytes.toString('base64url') === text;
  return wellFormed ? describe(bytes) : undefined;
}

function tokenFrom(id: Buffer, family: Buffer): RefreshToken {
  return describe(Buffer.concat([id, family, randomBytes(TOKEN_BYTES)]));
}

function describe(bytes: Buffer): RefreshToken {
  const text = bytes.toString('base64url');
  const id = bytes.subarray(0, ID_BYTES).toString('hex');
  return {
    text,
    sessionId: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    familyHash: sha256(bytes.subarray(ID_BYTES, ID_BYTES + FAMILY_BYTES)),
    hash: sha256(text),
  };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('base64url');
}
