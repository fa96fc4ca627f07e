import { DESCRIPTION_PATH } from '@evenkeel/service';
import {
  describeContract,
  eachKeyLike,
  like,
  publishedKeys,
  regex,
  type BeginInteraction,
} from '@evenkeel/testing/contracts';
import { createRemoteKeys } from '@evenkeel/tokens';
import { expect, it } from 'vitest';
import { fetchDescriptions } from '../src/clients/description.ts';
import { SERVICE_NAME } from '../src/config.ts';

// What the gateway forwards, it does not read: of that nothing is here.

/** What its own description is made of. */
const description = {
  openapi: regex(/^3\.1\.\d+$/, '3.1.0'),
  paths: eachKeyLike('/example', eachKeyLike('get', { responses: eachKeyLike('200', like({})) })),
};

function itFetchesTheDescription(provider: string, interaction: BeginInteraction): void {
  it('fetches the description', () =>
    interaction()
      .uponReceiving('a request for the description')
      .withRequest('GET', DESCRIPTION_PATH)
      .willRespondWith(200, (response) => response.jsonBody(description))
      .executeTest(async ({ url }) => {
        const descriptions = await fetchDescriptions({ [provider]: url });
        expect(descriptions.get(provider)?.paths).toHaveProperty(['/example', 'get']);
      }));
}

await describeContract({ consumer: SERVICE_NAME, provider: 'user-service', env: process.env }, (interaction) => {
  itFetchesTheDescription('user-service', interaction);
});

await describeContract({ consumer: SERVICE_NAME, provider: 'auth-service', env: process.env }, (interaction) => {
  itFetchesTheDescription('auth-service', interaction);

  it('finds the published keys', () =>
    interaction()
      .uponReceiving('a request for the public keys')
      .withRequest('GET', '/.well-known/jwks.json')
      .willRespondWith(200, (response) => response.jsonBody(publishedKeys))
      .executeTest(async ({ url }) => {
        const keys = createRemoteKeys({ url: new URL('/.well-known/jwks.json', url) });
        expect(await keys.find('first')).toMatchObject({ type: 'public', asymmetricKeyType: 'rsa' });
      }));
});
