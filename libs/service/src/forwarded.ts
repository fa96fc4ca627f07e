import { isIP, isIPv6 } from 'node:net';

/** Who sent a request, according to the proxy that received it (RFC 7239, section 6). */
export interface ForwardedNode {
  /** Undefined where the proxy does not say: `unknown`, a name of its own such as `_gazonk`, or something unreadable. */
  address: string | undefined;
  /** The node as the standard writes it: quoted where it must be, `unknown` for what cannot be read. */
  text: string;
  /** The text, if it has none of the standard's forms. */
  unreadable?: string;
}

const UNKNOWN: ForwardedNode = { address: undefined, text: 'unknown' };
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const WHOLE = new RegExp(`^(?:[^"]|${QUOTED})*$`, 's');
const BETWEEN_COMMAS = new RegExp(`(?:[^",]|${QUOTED})+`, 'gs');
const BETWEEN_SEMICOLONS = new RegExp(`(?:[^";]|${QUOTED})+`, 'gs');

/**
 * The nodes of a `Forwarded` header, the client's first. A port or an IPv6 address without the quotes that it must have
 * is understood.
 */
export function readForwarded(header: string | undefined): ForwardedNode[] {
  if (header === undefined) return [];
  if (!hasWholeQuotes(header)) return [{ ...UNKNOWN, unreadable: header }];
  return split(header, BETWEEN_COMMAS).map((element) => {
    const [sender] = split(element, BETWEEN_SEMICOLONS).flatMap((pair) => /^for *= *(.*)$/is.exec(pair)?.[1] ?? []);
    return sender === undefined ? UNKNOWN : readNode(unquoted(sender));
  });
}

/** The nodes of an `X-Forwarded-For` header, the client's first: no standard, but addresses with or without a port. */
export function readForwardedFor(header: string | undefined): ForwardedNode[] {
  return split(header ?? '', /[^,]+/g).map((hop) => readNode(unquoted(hop)));
}

/** Something appended to a quote without its end would become part of it. */
export function hasWholeQuotes(header: string): boolean {
  return WHOLE.test(header);
}

/** An address without the zone of a link-local one, and IPv4 as such when it came over an IPv6 socket. */
export function plainAddress(address: string): string {
  const [withoutZone = ''] = address.split('%');
  return withoutZone.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}

/** `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, `_gazonk`, `unknown`, and IPv6 without brackets. */
export function readNode(text: string): ForwardedNode {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}|_[\w.-]+))?$/.exec(text);
  const [, bracketed, bare, port] = isIPv6(text) ? [undefined, text] : (parts ?? []);
  const address = plainAddress(bracketed ?? bare ?? '');
  if (isIPv6(bracketed ?? '') || isIP(bare ?? '') !== 0) return { address, text: written(address, port) };
  if (bare !== undefined && /^(unknown|_[\w.-]+)$/i.test(bare))
    return { address: undefined, text: written(bare, port) };
  return { ...UNKNOWN, unreadable: text };
}

function written(name: string, port: string | undefined): string {
  const node = `${isIPv6(name) ? `[${name}]` : name}${port === undefined ? '' : `:${port}`}`;
  return node.includes(':') ? `"${node}"` : node;
}

/** A list may have empty elements (RFC 9110, section 5.6.1.2). */
function split(text: string, parts: RegExp): string[] {
  return [...text.matchAll(parts)].map(([part]) => part.trim()).filter((part) => part !== '');
}

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
}
