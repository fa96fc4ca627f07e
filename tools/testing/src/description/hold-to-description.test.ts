import type { RequestListener } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { serveOnFreePort, type Served } from '../serve-on-free-port.ts';
import { holdToDescription } from './hold-to-description.ts';

let served: Served;
afterEach(() => served.close());

const text = { type: 'string', minLength: 2, maxLength: 5 };
const description = {
  openapi: '3.1.0',
  paths: {
    '/words': {
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { type: 'object', properties: { text }, required: ['text'], additionalProperties: false },
            },
          },
        },
        responses: {
          200: {
            headers: { ETag: { required: true, schema: { type: 'string', pattern: '^".*"$' } } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Length' } } },
          },
          400: {},
        },
      },
    },
  },
  components: {
    schemas: { Length: { type: 'object', properties: { length: { type: 'integer' } }, required: ['length'] } },
  },
};

interface Behaviour {
  status?: number;
  body?: string;
  etag?: string;
  accepts?: (body: Record<string, unknown>) => boolean;
}

const isWord = (body: Record<string, unknown>) =>
  typeof body['text'] === 'string' && [...body['text']].length >= 2 && [...body['text']].length <= 5;

/** Does what the description says, but for what a test changes. */
function words({ status = 200, body = '{"length":1}', etag = '"1"', accepts }: Behaviour): RequestListener {
  const isAccepted = accepts ?? ((value) => isWord(value) && Object.keys(value).length === 1);
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const json = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
      const value = parse(Buffer.concat(chunks).toString());
      if (!json || value === undefined || !isAccepted(value)) return response.writeHead(400).end();
      return response.writeHead(status, { 'content-type': 'application/json', etag }).end(body);
    });
  };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

async function held(behaviour: Behaviour) {
  served = await serveOnFreePort(words(behaviour));
  return holdToDescription({ description, url: served.url, tokens: () => ({ right: [], wrong: [] }) });
}

it('passes a service that does what its description says', async () => {
  const service = await held({});
  expect(await service.sendAllowed(100)).toEqual(['POST /words']);
  await service.sendForbidden(200);
});

it.each<[string, Behaviour, string]>([
  ['a status', { status: 201 }, 'the status 201 is not documented'],
  ['a body', { body: '{"length":"1"}' }, 'body/length must be integer'],
  ['a header field', { etag: '1' }, 'ETag is 1'],
])('finds %s that is not documented', async (_what, behaviour, message) => {
  await expect((await held(behaviour)).sendAllowed(50)).rejects.toMatchObject({
    cause: { message: expect.stringContaining(message) as string },
  });
});

it.each<[string, NonNullable<Behaviour['accepts']>]>([
  ['another property', isWord],
  ['a text that is too long', (body) => typeof body['text'] === 'string' && body['text'].length >= 2],
  ['a text that is too short', (body) => typeof body['text'] === 'string' && body['text'].length <= 5],
  ['a missing property', (body) => Object.keys(body).length === 0 || isWord(body)],
  ['another type', (body) => typeof body['text'] === 'number'],
])('finds that a service takes %s', async (_what, accepts) => {
  await expect((await held({ accepts })).sendForbidden(300)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('the status is 200') as string },
  });
});

it('finds a service that fails', async () => {
  const service = await held({ status: 500, accepts: () => true });
  await expect(service.sendForbidden(100)).rejects.toThrow();
});
