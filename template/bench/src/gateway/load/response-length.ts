const endOfHead = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

/** The length of the response at the start of `bytes`, head and content; 0 while it is incomplete. */
export function responseLength(bytes: Buffer): number {
  const headEnd = bytes.indexOf(endOfHead);
  if (headEnd < 0) return 0;
  const declared = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1];
  const end =
    declared === undefined
      ? bytes.indexOf(lastChunk, headEnd + 2) + lastChunk.length
      : headEnd + endOfHead.length + Number(declared);
  return end > headEnd + 2 && end <= bytes.length ? end : 0;
}
