/** Header fields that end at the next hop (RFC 9110, section 7.6.1), and those that speak to a proxy. */
export const hopByHop = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
];

const ofNone: ReadonlySet<string> = new Set();

/** The names, in lower case, of the fields that a value of `Connection` keeps to this hop. */
export function namedByConnection(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return ofNone;
  return new Set(connection.split(',').map((option) => option.trim().toLowerCase()));
}
