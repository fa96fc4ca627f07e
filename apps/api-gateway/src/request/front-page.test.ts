import { expect, it } from 'vitest';
import { frontPage } from './front-page.ts';

const page = (host: string) => frontPage(host, { PORT: 8080, ADMIN_PORT: 9080 });

it.each(['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'])('links to the admin port of this machine: %s', (host) => {
  expect(page(host)).toContain('http://127.0.0.1:9080/docs');
});

it('follows ports that were moved outside of the process, as containers have them', () => {
  expect(page('127.0.0.1:18080')).toContain('http://127.0.0.1:19080/docs');
});

it.each(['api.example.com', 'localhost.example.com', '127.0.0.1.example.com:8080'])(
  'names no port to strangers: %s',
  (host) => {
    const text = page(host);
    expect(text).not.toMatch(/href|9080/);
    expect(text).toContain('admin port');
  },
);
