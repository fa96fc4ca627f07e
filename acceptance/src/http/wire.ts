import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CheckFailed } from '../check-failed.ts';
import type { ApiResponse } from './response.ts';

const QUIET_MS = 500;
const ANSWER_WITHIN_MS = 15_000;

/**
 * Puts `bytes` on a connection of their own as they are, with all that no HTTP client would send, and reads until the
 * server closes or falls silent.
 * @returns every response, in order.
 */
export async function onTheWire(baseUrl: URL, request: string, bytes: string): Promise<ApiResponse[]> {
  const text = await converse(baseUrl, request, bytes);
  const responses = text.split(/(?=^HTTP\/1\.[01] \d{3})/m).map((each) => parse(request, each));
  if (responses.length === 0 || responses[0]?.status === 0) {
    throw new CheckFailed(request, 'a response', text === '' ? 'a closed connection' : text.slice(0, 200));
  }
  return responses;
}

function converse(baseUrl: URL, request: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open(baseUrl);
    let text = '';
    const end = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, end);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      socket.setTimeout(QUIET_MS, end);
    });
    socket.on('end', end);
    socket.on('error', (error) => {
      if (text === '') reject(new CheckFailed(request, 'a response', error.message));
      else end();
    });
    socket.write(bytes, 'latin1');
  });
}

function open({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  return protocol === 'https:'
    ? connectTls({ host, port: Number(port || 443), servername: host })
    : connectPlain({ host, port: Number(port || 80) });
}

function parse(request: string, text: string): ApiResponse {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...fields] = head.split('\r\n');
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0);
  return { request, method: '', status, headers, text: bodyOf(rest.join('\r\n\r\n'), headers) };
}

function bodyOf(text: string, headers: Readonly<Record<string, string>>): string {
  if (headers['transfer-encoding'] !== 'chunked') return text;
  let body = '';
  for (let rest = text; ;) {
    const size = Number.parseInt(rest, 16);
    const start = rest.indexOf('\r\n') + 2;
    if (!(size > 0) || start < 2) return body;
    body += rest.slice(start, start + size);
    rest = rest.slice(start + size + 2);
  }
}
