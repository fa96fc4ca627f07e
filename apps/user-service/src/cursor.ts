import { createHash } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import { SERVICE_NAME } from './config.ts';
import type { Position } from './store/user.ts';

const PAYLOAD_BYTES = 8 + 16;
const CHECKSUM_BYTES = 16;
/** What every database and every JSON reader can take: the years 1 to 9999, in milliseconds since the epoch. */
const [FIRST_MS, LAST_MS] = [-62_135_596_800_000n, 253_402_300_799_999n];

/** Turns a position in a list into an opaque text. */
export function encodeCursor({ createdAt, id }: Position): string {
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  payload.writeBigInt64BE(BigInt(createdAt.getTime()));
  payload.write(id.replaceAll('-', ''), 8, 'hex');
  return Buffer.concat([payload, checksumOf(payload)]).toString('base64url');
}

/**
 * The position in a cursor. Throws `invalid_request` for an edited one instead of returning a wrong page. No secret is in
 * the checksum: a position reveals nothing to those who may read the list, and a rotated secret would end their reading.
 */
export function decodeCursor(cursor: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const payload = bytes.subarray(0, PAYLOAD_BYTES);
  // Decoding skips what is not base64url; comparing with the text again does not.
  const whole = bytes.toString('base64url') === cursor && bytes.length === PAYLOAD_BYTES + CHECKSUM_BYTES;
  if (!whole || !checksumOf(payload).equals(bytes.subarray(PAYLOAD_BYTES))) throw invalid();
  const time = payload.readBigInt64BE();
  if (time < FIRST_MS || time > LAST_MS) throw invalid();
  const id = payload.toString('hex', 8).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { createdAt: new Date(Number(time)), id };
}

/** Of this kind of cursor: one of another list is refused as well. */
function checksumOf(payload: Buffer): Buffer {
  return createHash('sha256').update(`${SERVICE_NAME} cursors`).update(payload).digest().subarray(0, CHECKSUM_BYTES);
}

function invalid(): AppError {
  return new AppError('invalid_request', 'The query is not valid.', {
    errors: [{ path: 'cursor', message: 'is not a valid cursor; omit it to start over' }],
  });
}
