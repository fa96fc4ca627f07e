import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createStaleCopies } from '../store/stale-copy.ts';
import { findCopy, keepCopy, sendCopy, type CopyOptions } from './stale-copy.ts';

function setUp(requestHeaders: Record<string, string> = {}) {
  const clock = { now: 1_000 };
  const options: CopyOptions = {
    copies: createStaleCopies({ copyLimit: 100 }),
    key: { path: '/users/me', caller: 'ada' },
    requestHeaders,
    now: () => clock.now,
  };
  const answer = (status: number, headers: string[] = [], body = 'hello') => {
    const observer = keepCopy(options);
    observer.onStart(status, headers);
    observer.onData(Buffer.from(body));
    observer.onEnd();
  };
  const found = (changes: Partial<CopyOptions> = {}, maxAgeS = 60) => findCopy({ ...options, ...changes }, maxAgeS);
  return { answer, found, options, clock };
}

describe('keepCopy', () => {
  it('keeps a good response', () => {
    const { answer, found } = setUp();
    answer(200, ['ETag', '"1"']);
    expect(found()?.body.toString()).toBe('hello');
  });

  it.each([
    ['the service forbids it', {}, ['Cache-Control', 'private, no-store']],
    ['it must not be given again unasked', {}, ['cache-control', 'max-age=9, must-revalidate']],
    ['it must be asked about each time', {}, ['Cache-Control', 'no-cache']],
    ['it sets a cookie', {}, ['Set-Cookie', 'a=1']],
    ['it varies by what nobody can name', {}, ['Vary', '*']],
    ['the client forbids it', { 'cache-control': 'no-store' }, []],
  ])('keeps none when %s', (_why, requestHeaders, headers) => {
    const { answer, found } = setUp(requestHeaders);
    answer(200, headers);
    expect(found({ requestHeaders: {} })).toBeUndefined();
  });

  it('keeps none that is too large, and none of a response that was cut', () => {
    const { answer, found, options } = setUp();
    answer(200, [], 'x'.repeat(101));
    expect(found()).toBeUndefined();
    const cut = keepCopy(options);
    cut.onStart(200, []);
    cut.onData(Buffer.from('hel'));
    expect(found()).toBeUndefined();
  });

  it.each([
    ['the same strong entity tag', ['ETag', '"1"'], 'hello', 121_000],
    ['a weak one', ['ETag', 'W/"1"'], 'hullo', 121_000],
    ['another one', ['ETag', '"2"'], 'hullo', 121_000],
    ['none', [], 'hullo', 121_000],
    ['the same one of what varies by something else', ['ETag', '"1"', 'Vary', 'Accept'], 'hullo', 121_000],
  ])('is as new as the last response: with %s', (_which, headers, body, until) => {
    const { answer, found, clock } = setUp();
    answer(200, ['ETag', '"1"']);
    clock.now = until - 60_000;
    answer(200, headers, 'hullo');
    expect(found({ now: () => until })?.body.toString()).toBe(body);
    expect(found({ now: () => until + 1 })).toBeUndefined();
  });

  it('forgets what is no longer true, and not because the service fails', () => {
    const { answer, found } = setUp();
    answer(200);
    for (const status of [500, 503, 304, 429]) answer(status);
    expect(found()).toBeDefined();
    answer(404);
    expect(found()).toBeUndefined();
  });
});

describe('a copy that is what the client has', () => {
  const unchanged = ['ETag', '"1"', 'Cache-Control', 'max-age=9', 'Content-Length', '0'];

  it('is refreshed by a 304, with its headers', () => {
    const { answer, found, clock } = setUp();
    answer(200, ['ETag', '"1"', 'Cache-Control', 'max-age=5', 'Content-Type', 'text/plain', 'Age', '3']);
    clock.now = 60_000;
    answer(304, unchanged, '');
    expect(found({ now: () => 120_000 })).toMatchObject({
      status: 200,
      headers: ['Content-Type', 'text/plain', 'ETag', '"1"', 'Cache-Control', 'max-age=9'],
      body: Buffer.from('hello'),
    });
    expect(found({ now: () => 120_001 })).toBeUndefined();
  });

  it.each([
    ['another one was meant', ['ETag', '"2"'], 61_000],
    ['it has no name', [], 61_000],
    ['it must not be kept any more', [...unchanged, 'Cache-Control', 'no-store'], 60_000],
  ])('grows no younger when %s', (_when, headers, gone) => {
    const { answer, found, clock } = setUp();
    answer(200, headers.length === 0 ? [] : ['ETag', '"1"']);
    clock.now = 60_000;
    answer(304, headers, '');
    expect(found({ now: () => gone + 1 })).toBeUndefined();
  });
});

describe('sendCopy', () => {
  it('says what the response varies by here, beside what it varied by there', () => {
    const { answer, found } = setUp();
    answer(200, ['Vary', 'Accept-Language']);
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    const copy = found();
    if (copy !== undefined) sendCopy(response, copy, {}, 1_000, ['Vary', 'Origin']);
    const { _header: head } = response as unknown as { _header: string };
    expect(head.match(/^Vary: .*$/gm)).toEqual(['Vary: Accept-Language', 'Vary: Origin']);
  });
});

describe('findCopy', () => {
  it('finds none that is too old, or of another caller', () => {
    const { answer, found } = setUp();
    answer(200);
    expect(found({ now: () => 61_000 })).toBeDefined();
    expect(found({ now: () => 61_001 })).toBeUndefined();
    expect(found({ key: { path: '/users/me', caller: 'eve' } })).toBeUndefined();
  });

  it('finds none for a request whose response would differ, or that wants no copy', () => {
    const { answer, found } = setUp({ 'accept-language': 'de' });
    answer(200, ['Vary', 'Accept-Language, Origin']);
    expect(found()).toBeDefined();
    expect(found({ requestHeaders: { 'accept-language': 'en' } })).toBeUndefined();
    expect(found({ requestHeaders: { 'accept-language': 'de', 'cache-control': 'no-cache' } })).toBeUndefined();
  });
});
