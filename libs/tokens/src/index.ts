export { type AccessClaims } from './claims.ts';
export { bearerToken, requireRole, createServiceGuard, sessionEnded, createUserGuard, type Caller } from './guards.ts';
export { KeySetError, parseJwks, type Jwks, type PublicJwk, type PublicKeys } from './jwks.ts';
export { createRemoteKeys, type RemoteKeysOptions } from './remote-keys.ts';
export { createSigner, type Signer, type SignerOptions } from './signer.ts';
export { parseSigningKeys, type SigningKeys } from './signing-keys.ts';
export { createVerifier, type KeySource, type Verifier, type VerifierOptions } from './verifier.ts';
