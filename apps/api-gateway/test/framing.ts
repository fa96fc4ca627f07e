/** A request as far as framing goes. */
export interface FramedRequest {
  method: string;
  marker: string;
  body: string;
  /** Whether its body is whole. */
  isComplete: boolean;
}

export interface SentRequest extends FramedRequest {
  /** Whether it has one Host: the others are refused, but end where they say. */
  isValid: boolean;
}

const field = String.raw`[\w!#$%&'*+.^\x60|~-]+:[\t\x20-\x7e\x80-\xff]*\r\n`;
// Between the parts of the first line more than one space may stand (section 3).
const headPattern = new RegExp(
  String.raw`^[\r\n]*([\w!#$%&'*+.^\x60|~-]+) +[\x21-\x7e\x80-\xff]+ +(HTTP/1\.[01])\r\n((?:${field})*)\r\n`,
);
const chunkPattern = /^([\da-f]+)(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n/i;
const trailersPattern = new RegExp(`^(?:${field})*\r\n`);

/**
 * The requests that RFC 9112 finds in these bytes, up to the first that has no valid head or one length (sections 2.2, 3.2
 * and 6.3), whose body is not whole, or after which the connection closes (section 9.6). A server may refuse any of
 * them, and must not find others. Written without Node's parser, which the gateway reads with.
 */
export function requestsIn(bytes: string): SentRequest[] {
  const requests: SentRequest[] = [];
  for (let rest = bytes; ;) {
    const [head, method = '', version, fields = ''] = headPattern.exec(rest) ?? [];
    if (head === undefined) return requests;
    const values = (name: string) =>
      [...fields.matchAll(new RegExp(`^${name}:[ \t]*(.*?)[ \t]*\r$`, 'gim'))].map(([, value = '']) => value);
    const [hosts, lengths, codings] = ['host', 'content-length', 'transfer-encoding'].map(values) as [
      string[],
      string[],
      string[],
    ];
    const isOld = version === 'HTTP/1.0';
    if (lengths.length + codings.length > 1 || (isOld && codings.length > 0)) return requests;
    if (lengths.some((length) => !/^\d+$/.test(length))) return requests;
    if (codings.some((coding) => coding.toLowerCase() !== 'chunked')) return requests;

    const afterHead = rest.slice(head.length);
    const content = codings.length > 0 ? chunksIn(afterHead) : contentOf(afterHead, Number(lengths[0] ?? 0));
    const marker = values('x-marker').join(', ');
    const isValid = hosts.length === 1 || (hosts.length === 0 && isOld);
    requests.push({ method, marker, body: content.body, isComplete: content.rest !== undefined, isValid });
    const options = values('connection').flatMap((value) => value.toLowerCase().split(/[ \t]*,[ \t]*/));
    const closes = options.includes('close') || (isOld && !options.includes('keep-alive'));
    if (content.rest === undefined || closes) return requests;
    rest = content.rest;
  }
}

/** The body, and what follows it; nothing follows one that is not whole. */
interface Content {
  body: string;
  rest?: string;
}

function contentOf(text: string, length: number): Content {
  return text.length < length ? { body: text } : { body: text.slice(0, length), rest: text.slice(length) };
}

function chunksIn(text: string): Content {
  let body = '';
  for (let rest = text; ;) {
    const [line, size = ''] = chunkPattern.exec(rest) ?? [];
    if (line === undefined) return { body };
    const length = Number.parseInt(size, 16);
    const chunk = rest.slice(line.length, line.length + length);
    body += chunk;
    rest = rest.slice(line.length + chunk.length);
    if (length === 0) {
      const trailers = trailersPattern.exec(rest)?.[0];
      return trailers === undefined ? { body } : { body, rest: rest.slice(trailers.length) };
    }
    if (chunk.length < length || !rest.startsWith('\r\n')) return { body };
    rest = rest.slice(2);
  }
}
