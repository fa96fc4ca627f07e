import { z } from 'zod';

/** A whole number in a query: decimal digits and nothing else. `Number` would take `1e1`, `0x10` and spaces, too. */
export function queryInteger(min: number, max: number) {
  return z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : text),
    z.int().min(min).max(max),
  );
}
