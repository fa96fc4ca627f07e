import { z } from 'zod';
import { entityTags } from '../entity-tag.ts';

/** The header fields that operations honour, as they are validated and described. */
export const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[!-~]{1,255}$/, 'takes 1 to 255 visible ASCII characters')
    .optional()
    .describe('Any text that is new for each request; a request retried with the same one is carried out once'),
});

const tags = z.string().regex(entityTags, 'takes * or entity tags in double quotes').optional();

export const ifMatch = z.object({
  'If-Match': tags.describe('Only if the current state has one of these entity tags (RFC 9110, section 13.1.1)'),
});

export const ifNoneMatch = z.object({
  'If-None-Match': tags.describe('304 if the current state has one of these entity tags (RFC 9110, section 13.1.2)'),
});
