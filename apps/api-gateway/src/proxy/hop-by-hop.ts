import { headerValue, type RawHeaders } from '../raw-headers.ts';

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

/** The names, in lower case, that must not be passed on: the usual ones and those that `Connection` names. */
export function hopByHopNames(headers: RawHeaders): ReadonlySet<string> {
  const connection = headerValue(headers, 'connection');
  if (connection === undefined) return always;
  return new Set([...always, ...connection.split(',').map((option) => option.trim().toLowerCase())]);
}
