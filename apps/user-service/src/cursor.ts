import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import { SERVICE_NAME } from './config.ts';
import type { Position } from './store/user.ts';

/** Turns a position in a list into an opaque text and back. */
export interface Cursors {
  encode(position: Position): string;
  /** Throws `invalid_request` for whatever `encode` did not make. */
  decode(cursor: string): Position;
}

const PAYLOAD_BYTES = 8 + 16;
const TAG_BYTES = 16;

/**
 * Cursors are authenticated, so that an edited one is rejected instead of returning a wrong page.
 * @param secret the same in all replicas; when it changes, readers begin again at the first page.
 */
export function createCursors(secret: string): Cursors {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `${SERVICE_NAME} cursors`, 32));
  const tagOf = (payload: Buffer) => createHmac('sha256', key).update(payload).digest().subarray(0, TAG_BYTES);

  return {
    encode({ createdAt, id }) {
      const payload = Buffer.alloc(PAYLOAD_BYTES);
      payload.writeBigInt64BE(BigInt(createdAt.getTime()));
      payload.write(id.replaceAll('-', ''), 8, 'hex');
      return Buffer.concat([payload, tagOf(payload)]).toString('base64url');
    },
    decode(cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      const payload = bytes.subarray(0, PAYLOAD_BYTES);
      const tag = bytes.subarray(PAYLOAD_BYTES);
      // Decoding skips what is not base64url; comparing with the text again does not.
      const genuine =
        bytes.toString('base64url') === cursor && tag.length === TAG_BYTES && timingSafeEqual(tag, tagOf(payload));
      if (!genuine)
        throw new AppError('invalid_request', 'The query is not valid.', {
          errors: [{ path: 'cursor', message: 'is not a valid cursor; omit it to start over' }],
        });
      const id = payload.toString('hex', 8).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return { createdAt: new Date(Number(payload.readBigInt64BE())), id };
    },
  };
}
