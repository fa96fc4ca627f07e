/** A header field of responses that the API description declares. */
export type ResponseHeader = keyof typeof responseHeaders;

/** How the description shows them. Only what is `required` is in every response of that status. */
export const responseHeaders = {
  ETag: {
    required: true,
    description: 'The entity tag of the current state (RFC 9110, section 8.8.3)',
    schema: { type: 'string', pattern: '^(W/)?"[!#-~]*"$' },
  },
  Location: {
    required: true,
    description: 'The path of what was created',
    schema: { type: 'string', format: 'uri-reference' },
  },
  'Retry-After': {
    required: true,
    description: 'Seconds after which the request may be retried',
    schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
  },
  'Idempotency-Replayed': {
    required: false,
    description: 'This is the response to an earlier request with the same Idempotency-Key',
    schema: { type: 'string', enum: ['true'] },
  },
} as const;
