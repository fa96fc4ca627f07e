/** Answers with tokens are never kept by a cache (RFC 6749, section 5.1). */
export const noStore = { 'cache-control': 'no-store' };
