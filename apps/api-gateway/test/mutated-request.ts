import fc, { type Arbitrary } from 'fast-check';

const get = 'GET /users?page=2 HTTP/1.1\r\nHost: example.com\r\nX-Marker: get\r\nAccept: */*\r\n\r\n';
const counted =
  'POST /users HTTP/1.1\r\nHost: example.com\r\nX-Marker: counted\r\nContent-Length: 12\r\n\r\n{"name":"a"}';
const chunked =
  'POST /users HTTP/1.1\r\nHost: example.com\r\nX-Marker: chunked\r\nTransfer-Encoding: chunked\r\n\r\n' +
  '4\r\n{"na\r\n8;part=2\r\nme":"a"}\r\n0\r\nX-Sum: 12\r\n\r\n';
const absolute = 'GET http://example.com/users HTTP/1.1\r\nHost: example.com\r\nX-Marker: absolute\r\n\r\n';
const last = get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
const old = get.replace('HTTP/1.1', 'HTTP/1.0');
/** One or several on a connection. */
export const validRequests = [
  get,
  counted,
  chunked,
  absolute,
  old,
  counted + get,
  chunked + get,
  get + counted,
  counted + last + get,
];

type Change = (found: string) => string;

/** Changes one of the matches of a pattern. */
function changing(pattern: RegExp, change: Arbitrary<Change>): Arbitrary<Change> {
  return fc.tuple(fc.nat(), change).map(([place, to]) => (text) => {
    const found = [...text.matchAll(pattern)];
    const match = found[place % found.length];
    if (match === undefined) return text;
    return text.slice(0, match.index) + to(match[0]) + text.slice(match.index + match[0].length);
  });
}

const twice: Change = (found) => found + found;
const removed: Change = () => '';
const inUpperCase: Change = (found) => found.toUpperCase();
const inLowerCase: Change = (found) => found.toLowerCase();
const listed: Change = (found) => `${found}, ${found}`;
const padded: Change = (found) => ` ${found}\t`;
const anyOf = fc.constantFrom<Change[]>;

function replacedBy(text: string): Change {
  return () => text;
}

function prefixedBy(text: string): Change {
  return (found) => text + found;
}

function followedBy(text: string): Change {
  return (found) => found + text;
}

const anyByte = fc.nat(255).map((code) => String.fromCharCode(code));
const bytes = fc.oneof(anyByte, fc.constantFrom(...'\r\n\0\t :,;./%0'), fc.string({ unit: anyByte, maxLength: 8 }));
const framing = ['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Upgrade', 'Expect', 'Content_Length'];
const lineEnds = ['\n', '\r', '\r\r\n', '\n\r', '\r\n\r\n', ' \r\n', '\r\n ', '\0\r\n', ''];

const mutation = fc.oneof(
  changing(/[^]/g, fc.oneof(bytes.map(replacedBy), bytes.map(prefixedBy))),
  changing(/[^]{1,4}/g, anyOf(removed, twice)),
  changing(/.+\r\n/g, anyOf(removed, twice, inUpperCase, inLowerCase)),
  changing(/^[\w-]+(?=:)/gm, fc.constantFrom(...framing).map(replacedBy)),
  changing(/(?<=: ).*/g, fc.oneof(bytes.map(replacedBy), anyOf(listed, padded))),
  changing(/\d+/g, fc.oneof(fc.nat(20).map(String).map(replacedBy), bytes.map(followedBy))),
  changing(/\r\n/g, fc.constantFrom(...lineEnds).map(replacedBy)),
);

/** Valid requests with one to three mutations. */
export const mutatedRequest: Arbitrary<string> = fc
  .tuple(fc.constantFrom(...validRequests), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([text, mutations]) => mutations.reduce((mutated, mutate) => mutate(mutated), text));
