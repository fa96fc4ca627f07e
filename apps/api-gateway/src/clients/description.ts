import { createJsonClient } from '@evenkeel/contracts';
import { DESCRIPTION_PATH } from '@evenkeel/service';
import { z } from 'zod';

const operationSchema = z.looseObject({ responses: z.record(z.string(), z.looseObject({})) });

/** The part of a service's OpenAPI document that the gateway reads. */
const descriptionSchema = z.object({
  openapi: z.string().startsWith('3.1.'),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})).optional() }).optional(),
});

export type Operation = z.infer<typeof operationSchema>;
export type Description = z.infer<typeof descriptionSchema>;

/** The descriptions of services, by their names. */
export type Descriptions = ReadonlyMap<string, Description>;

/**
 * Fetches the description of every service. One that fails to respond in time is skipped.
 * @param urls by the names of the services.
 */
export async function fetchDescriptions(urls: Readonly<Record<string, string>>): Promise<Descriptions> {
  const found = await Promise.allSettled(
    Object.entries(urls).map(async ([name, baseUrl]) => {
      const client = createJsonClient({ baseUrl, name });
      const request = { method: 'GET', path: DESCRIPTION_PATH, response: descriptionSchema } as const;
      return [name, await client.call(request)] as const;
    }),
  );
  return new Map(found.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])));
}
