import { z } from 'zod';

/** How many attempts are allowed in how many seconds. */
export interface Rate {
  points: number;
  seconds: number;
}

/** A rate as configuration writes it: `10/300` is ten attempts in five minutes. */
export const rateSchema = z
  .string()
  .regex(/^[1-9]\d{0,8}\/[1-9]\d{0,6}$/, 'must be attempts/seconds, such as 10/300')
  .transform((text): Rate => {
    const [points, seconds] = text.split('/').map(Number);
    return { points: points ?? 0, seconds: seconds ?? 0 };
  });
