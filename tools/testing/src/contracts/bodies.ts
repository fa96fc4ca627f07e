import { eachLike, like, number, regex } from './matchers.ts';

// Parts of contracts that several consumers rely on in the same way.

const dateTime = regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, '2026-01-01T00:00:00.000Z');

/** A user as another service sees it. */
export const accountBody = {
  id: regex(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/, '4f9c0f0e-5d5c-4d0c-9a53-0f6f4b0d7c11'),
  email: like('ada@example.com'),
  name: like('Ada'),
  roles: eachLike(regex(/^(user|admin)$/, 'user')),
  created_at: dateTime,
  updated_at: dateTime,
  credentials_version: number(1),
};

/** Callers branch on the code alone, but what lacks one of the others is no problem document to them. */
export function problemBody(status: number, code: string) {
  return { type: like('about:blank'), title: like('A problem'), status, code, detail: like('What it is.') };
}

/** Keys that verify tokens, as a JWKS document. The example is the public half of a key that was thrown away. */
export const publishedKeys = {
  keys: eachLike({
    kty: 'RSA',
    use: 'sig',
    alg: 'RS256',
    kid: like('first'),
    n: regex(
      /^[A-Za-z0-9_-]{342,}$/,
      'p16ccF3VQfI9l3tRlYebRh4uWVLOtKEScdWLcWNqTwym53vOSz-71MRuWb8r_Hs-rV7DsrqZCY_KI0RGnG1aG2_RF6rsEXTzfPRqBLX5kqTdcnQl31CjRp-F-LOyffxQ45sIr_hoNYashy6SJ0Y6VJWsky2h4cSJEBKMKgF-zH3795eBD0-vHhmL-YNw8ceyWcmb6YlEvC6tkft9i7bmrDpAyoY9NQrdzG-bI4n7Rg5_onjdw_dUvApEFUvZehuSqiLlNjVXXH9j9BazkDPnAvgNEkpjpgeQgm4B61i5IR4XdqHdCxayF6dKkv8kSMvCCx1onZ-dTPuuAyZC1ZmCNQ',
    ),
    e: regex(/^[A-Za-z0-9_-]+$/, 'AQAB'),
  }),
};
