import { expect, it } from 'vitest';
import { storeImages } from './images.ts';

const declared = `backing:
  postgres: { image: 'postgres:17', port: 5432 }
  redis: { image: 'redis:8', port: 6379 }
`;

it('takes the declared images', () => {
  expect(storeImages(declared, { REGISTRY: '', REDIS_IMAGE: '' })).toEqual({
    postgres: 'postgres:17',
    redis: 'redis:8',
  });
});

it('takes them from a mirror, and one of them under another name', () => {
  const env = { REGISTRY: 'mirror.example.com/', REDIS_IMAGE: 'other.example.com/cache:8' };
  expect(storeImages(declared, env)).toEqual({
    postgres: 'mirror.example.com/postgres:17',
    redis: 'other.example.com/cache:8',
  });
});
