import { once } from 'node:events';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemCode, sendRaw } from '@evenkeel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';
import { describeRequest } from './upstream.ts';

const MB = 1024 * 1024;
let gateway: ServiceUnderTest;

beforeAll(async () => {
  gateway = await bootService(`routes:
  - { prefix: /small, upstream: user-service, token: none, max_body_bytes: 100000, stale_if_error_s: 60 }
  - { prefix: /large, upstream: user-service, token: none, max_body_bytes: 1000000000, timeout_ms: 60000 }
  - { prefix: /idle, upstream: user-service, token: none, idle_timeout_ms: 300 }
`);
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => {
  gateway.users.handler = describeRequest;
});

/** Begins a request whose body the test writes. */
function begin(path: string, headers: Record<string, string> = {}) {
  const sent = request(gateway.url + path, { method: 'POST', headers });
  sent.on('error', () => undefined);
  sent.flushHeaders();
  const answered = once(sent, 'response').then(([response]) => response as IncomingMessage);
  answered.catch(() => undefined);
  return { sent, answered };
}

async function text(response: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of response) all += String(chunk);
  return all;
}

describe('a body', () => {
  it('arrives while it is still being sent, and its response while that is still being sent', async () => {
    gateway.users.handler = (incoming, response) => {
      response.writeHead(200);
      incoming.on('data', (chunk: Buffer) => response.write(`got ${chunk.toString()}`));
      incoming.on('end', () => response.end('.'));
    };
    const { sent, answered } = begin('/large');
    sent.write('one');
    const response = await answered;
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.toString()).toBe('got one');
    sent.end('two');
    expect(await text(response)).toBe('got two.');
  });

  it('that is slow to arrive keeps no other request waiting, however many there are', async () => {
    const half = 'POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf';
    const slow = Array.from({ length: 300 }, () => connect(gateway.port, '127.0.0.1'));
    for (const socket of slow) socket.on('error', () => undefined).write(half);
    await expect.poll(() => gateway.users.requests.length).toBeGreaterThanOrEqual(250);
    const response = await fetch(`${gateway.url}/small`, { method: 'POST', body: 'quick' });
    for (const socket of slow) socket.destroy();
    expect(response.status).toBe(200);
  });

  it('waits for a slow reader instead of filling memory', async () => {
    let written = 0;
    let whole = false;
    gateway.users.handler = (_request, response) => {
      const chunk = Buffer.alloc(MB);
      const fill = (): void => {
        while (written < 100 * MB) {
          written += MB;
          if (!response.write(chunk)) return void response.once('drain', fill);
        }
        response.end();
        whole = true;
      };
      fill();
    };
    const { sent, answered } = begin('/large');
    sent.end();
    const response = await answered;
    await settled(() => written);
    expect(whole).toBe(false);
    expect(written).toBeLessThan(50 * MB);
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;
    expect(received).toBe(100 * MB);
  });

  it('waits for a slow service instead of filling memory', async () => {
    let arrived: IncomingMessage | undefined;
    gateway.users.handler = (incoming, response) => {
      arrived = incoming;
      incoming.pause();
      incoming.once('end', () => response.end());
    };
    const { sent, answered } = begin('/large');
    let written = 0;
    const fill = (): void => {
      while (written < 100 * MB) {
        written += MB;
        if (!sent.write(Buffer.alloc(MB))) return void sent.once('drain', fill);
      }
      sent.end();
    };
    fill();
    await settled(() => written);
    expect(written).toBeLessThan(50 * MB);
    arrived?.resume();
    expect((await answered).statusCode).toBe(200);
  });

  it('that stops in the middle is cancelled', async () => {
    const { sent, answered } = begin('/idle', { 'content-length': '1000' });
    sent.write('some');
    const response = await answered;
    expect([response.statusCode, await text(response)]).toEqual([408, expect.stringContaining('"request_timeout"')]);
    sent.destroy();
  });

  it('is passed on with its length when it has one, in chunks when not, and not at all when there is none', async () => {
    const ask = async (init: RequestInit & { duplex?: 'half' }) => {
      const response = await fetch(`${gateway.url}/small`, init);
      return (await response.json()) as { bytes: number; headers: Record<string, string> };
    };
    const known = await ask({ method: 'POST', body: 'hello' });
    expect([known.bytes, known.headers['content-length'], known.headers['transfer-encoding']]).toEqual([
      5,
      '5',
      undefined,
    ]);
    const drops = Readable.from(
      (async function* () {
        yield 'hel';
        await sleep(100);
        yield 'lo';
      })(),
    );
    const streamed = await ask({ method: 'POST', body: Readable.toWeb(drops) as ReadableStream, duplex: 'half' });
    const { 'content-length': length, 'transfer-encoding': coding } = streamed.headers;
    expect([streamed.bytes, length, coding]).toEqual([5, undefined, 'chunked']);
    const none = await ask({ method: 'DELETE' });
    expect([none.bytes, none.headers['transfer-encoding']]).toEqual([0, undefined]);
    const empty = await ask({ method: 'POST' });
    expect([empty.bytes, empty.headers['content-length']]).toEqual([0, '0']);
  });
});

describe('a body that is too large', () => {
  it('is refused by its length before the service hears of it, and the connection stays good', async () => {
    const before = gateway.users.requests.length;
    const response = await fetch(`${gateway.url}/small`, { method: 'POST', body: Buffer.alloc(10 * MB) });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, 'payload_too_large']);
    expect(gateway.users.requests.length).toBe(before);
    expect((await fetch(`${gateway.url}/small`)).status).toBe(200);
  });

  it('is refused on its way when its length was not announced', async () => {
    let aborted: Promise<unknown> | undefined;
    gateway.users.handler = (incoming) => {
      aborted = once(incoming, 'close');
      incoming.on('error', () => undefined).resume();
    };
    const body = new Blob([Buffer.alloc(10 * MB)]).stream();
    const response = await fetch(`${gateway.url}/small`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
    await aborted;
  });

  it('is not even sent by a client that expects 100 Continue', async () => {
    const head = 'POST /small HTTP/1.1\r\nHost: example.com\r\nExpect: 100-continue\r\nConnection: close\r\n';
    const answer = await sendRaw(gateway.port, `${head}Content-Length: 100001\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(problemCode(answer)).toBe('payload_too_large');
    const allowed = await sendRaw(gateway.port, `${head}Content-Length: 5\r\n\r\nhello`);
    expect(allowed).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});

describe('a response', () => {
  it('without content has none: HEAD, 204, 304', async () => {
    gateway.users.handler = (incoming, response) => {
      const status = Number(incoming.headers['x-status']);
      response.writeHead(status, { etag: '"1"', ...(status === 200 ? { 'content-length': '5' } : {}) });
      response.end(incoming.method === 'HEAD' || status !== 200 ? undefined : 'hello');
    };
    const ask = async (method: string, status: number) =>
      sendRaw(
        gateway.port,
        `${method} /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Status: ${String(status)}\r\n\r\n`,
      );
    const head = await ask('HEAD', 200);
    expect(head).toMatch(/content-length: 5\r\n/i);
    expect(head.endsWith('\r\n\r\n')).toBe(true);
    for (const status of [204, 304]) {
      const answer = await ask('GET', status);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
      expect(answer).not.toMatch(/content-length|transfer-encoding/i);
      expect(answer.endsWith('\r\n\r\n')).toBe(true);
    }
  });

  it('keeps its trailers and each of several values, and the interim responses before it', async () => {
    gateway.users.handler = (_incoming, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(200, { trailer: 'Digest', 'set-cookie': ['a=1', 'b=2'] });
      response.write('hello');
      response.addTrailers({ Digest: 'sha-256=x' });
      response.end();
    };
    const { sent, answered } = begin('/small');
    const interim: unknown[] = [];
    sent.on('information', ({ statusCode, headers }) => interim.push([statusCode, headers]));
    sent.end();
    const response = await answered;
    expect(interim).toEqual([
      [102, {}],
      [103, { link: '</style.css>; rel=preload' }],
    ]);
    expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(await text(response)).toBe('hello');
    expect(response.trailers).toEqual({ digest: 'sha-256=x' });
  });

  it('shows its headers before its content begins', async () => {
    let finish = (): void => undefined;
    gateway.users.handler = (_incoming, response) => {
      response.writeHead(200);
      response.flushHeaders();
      finish = () => void response.end('late');
    };
    const { sent, answered } = begin('/small');
    sent.end();
    const response = await answered;
    finish();
    expect(await text(response)).toBe('late');
  });

  it('that breaks off is not passed for a whole one', async () => {
    gateway.users.handler = (_incoming, response) => {
      response.writeHead(200);
      response.write('half', () => response.destroy());
    };
    const response = await fetch(`${gateway.url}/small`);
    await expect(response.text()).rejects.toThrow();
  });

  it('is cut when the service falls silent in the middle, or the client reads no more', async () => {
    gateway.users.handler = (_incoming, response) => void response.writeHead(200).write('half');
    const silent = await fetch(`${gateway.url}/idle`);
    await expect(silent.text()).rejects.toThrow();

    const cut = new Promise<void>((resolve) => {
      gateway.users.handler = (_incoming, response) => {
        response.once('close', resolve);
        response.write(Buffer.alloc(64 * MB));
      };
    });
    const { sent, answered } = begin('/idle');
    sent.end();
    (await answered).on('error', () => undefined);
    await cut;
  });

  it('may come before the body is read, and reaches the client', async () => {
    gateway.users.handler = (_incoming, response) => void response.writeHead(401).end('no');
    const { sent, answered } = begin('/large', { 'content-length': String(8 * MB) });
    sent.write(Buffer.alloc(MB));
    const response = await answered;
    expect([response.statusCode, await text(response)]).toEqual([401, 'no']);
    sent.end(Buffer.alloc(7 * MB));
  });

  it('that is no HTTP is 502', async () => {
    const sockets = new Set<Socket>();
    const garbage = createTcpServer((socket) => {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'));
    });
    garbage.listen(0, '127.0.0.1');
    await once(garbage, 'listening');
    const url = `http://127.0.0.1:${String((garbage.address() as AddressInfo).port)}`;
    await using other = await bootService('routes: [{ prefix: /x, upstream: user-service, token: none }]', {
      USER_SERVICE_URL: url,
    });
    const response = await fetch(`${other.url}/x`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([502, 'bad_gateway']);
    for (const socket of sockets) socket.destroy();
    garbage.close();
  });
});

describe('a client that disconnects', () => {
  it('cancels the request to the service, before and during the response', async () => {
    for (const begun of [false, true]) {
      const closed = new Promise<void>((resolve) => {
        gateway.users.handler = (_incoming, response) => {
          response.once('close', () => resolve());
          if (begun) response.writeHead(200).write('begun');
        };
      });
      const count = gateway.users.requests.length;
      const { sent, answered } = begin('/large');
      sent.end();
      await expect.poll(() => gateway.users.requests.length).toBe(count + 1);
      if (begun) (await answered).on('error', () => undefined);
      sent.destroy();
      await closed;
    }
  });

  it('in the middle of its body leaks nothing', async () => {
    const ended = new Promise<unknown>((resolve) => {
      gateway.users.handler = (incoming) => void incoming.on('error', resolve).resume();
    });
    const count = gateway.users.requests.length;
    const { sent } = begin('/large', { 'content-length': '1000' });
    sent.write('some');
    await expect.poll(() => gateway.users.requests.length).toBe(count + 1);
    sent.destroy();
    await ended;
    gateway.users.handler = describeRequest;
    expect((await fetch(`${gateway.url}/small`)).status).toBe(200);
  });
});

/** Waits until a number has not grown for a while. */
async function settled(value: () => number): Promise<void> {
  for (let last = -1; last !== value(); await sleep(300)) last = value();
}
