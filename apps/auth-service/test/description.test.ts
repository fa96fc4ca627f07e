import type { SignedIn } from '@evenkeel/contracts';
import { itKeepsItsDescription } from '@evenkeel/testing';
import { createSigner, parseSigningKeys } from '@evenkeel/tokens';
import { generateSigningKey } from '@evenkeel/tokens/testing';
import { bootService, CLIENT_SECRET, PASSWORD } from './service-under-test.ts';

async function boot() {
  const service = await bootService();
  const key = JSON.stringify({ active: 'own', keys: [generateSigningKey('own')] });
  service.setSigningKeys(JSON.parse(key) as object);
  const names = { issuer: 'https://evenkeel.local', audience: 'evenkeel', now: () => service.clock.now };
  const signer = createSigner({ ...names, keys: () => parseSigningKeys(key) });
  const serviceToken = (scope: 'sessions:end' | 'users:read') =>
    signer.serviceToken({ sub: 'user-service', scope }, 60);

  const { user } = await service.someone();
  const { email } = user;
  const signIn = () => service.post<{ access_token: string }>('/auth/login', { email, password: PASSWORD });
  // One after another: too many at once would be refused.
  const access: string[] = [];
  while (access.length < 30) access.push((await signIn()).body.access_token);
  const sessions = await service.get<{ items: { id: string }[] }>('/auth/sessions', access[0]);
  const others: SignedIn[] = [];
  while (others.length < 40) others.push(await service.someone());

  return {
    service,
    url: service.url,
    description: service.openapi(),
    tokens: ({ scheme }: { scheme: string }) =>
      scheme === 'service'
        ? { right: [serviceToken('sessions:end')], wrong: [serviceToken('users:read'), ...access] }
        : { right: access, wrong: [serviceToken('sessions:end')] },
    examples: {
      id: sessions.body.items.map(({ id }) => id),
      user_id: others.slice(20).map((other) => other.user.id),
      email: [email, ...others.map((other) => other.user.email)],
      password: [PASSWORD],
      refresh_token: others.map((other) => other.refresh_token),
      client_id: ['user-service'],
      client_secret: [CLIENT_SECRET],
      scope: ['sessions:end'],
    },
  };
}

itKeepsItsDescription({
  boot,
  requests: 1_100,
  succeeding: [
    'DELETE /auth/sessions/{id}',
    'GET /.well-known/jwks.json',
    'GET /auth/sessions',
    'POST /auth/login',
    'POST /auth/logout',
    'POST /auth/refresh',
    'POST /auth/register',
    'POST /internal/sessions/end',
    'POST /internal/token',
  ],
});
