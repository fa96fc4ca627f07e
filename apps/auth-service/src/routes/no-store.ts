/** Responses with tokens are never cached (RFC 6749, section 5.1). */
export const noStore = { 'cache-control': 'no-store' };
