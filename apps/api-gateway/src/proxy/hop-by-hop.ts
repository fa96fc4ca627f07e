/** Header fields that end at the next hop (RFC 9110, section 7.6.1), and those that speak to a proxy. */
const always = new Set([
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
]);

/** Names and values in turns. */
export type RawHeaders = readonly string[];

/** The names, in lower case, that must not be passed on: the usual ones and those that `Connection` names. */
export function hopByHopNames(headers: RawHeaders): ReadonlySet<string> {
  let names = always;
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== 'connection') continue;
    const options = (headers[index + 1] ?? '').split(',').map((option) => option.trim().toLowerCase());
    names = new Set([...names, ...options]);
  }
  return names;
}
