import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { z } from 'zod';
import { serveOnFreePort, type Served } from '../serve-on-free-port.ts';
import { providerStates, type ProviderState, type StateParameters } from './provider-states.ts';

/**
 * Brings the provider into a state. What it returns serves the interaction instead of the provider: the same service
 * without its store, for instance.
 */
export type StateHandler = (parameters: StateParameters) => Promise<RequestListener | void> | RequestListener | void;

export interface ProviderUnderTest extends AsyncDisposable {
  /** The service as main.ts makes it, on its real store. */
  app: RequestListener;
  /** A token of the test's own issuer that allows this. */
  tokenFor(scope: string): Promise<string> | string;
  states: Readonly<Partial<Record<ProviderState, StateHandler>>>;
}

export interface ProviderFront extends Served {
  statesUrl: string;
  /** What state handlers threw, and what kept a token from being made. */
  failures: string[];
}

const STATES_PATH = '/provider-states';
const changeSchema = z.object({
  action: z.enum(['setup', 'teardown']),
  state: z.string().default(''),
  params: z.record(z.string(), z.string()).default({}),
});

/** Serves the provider to Pact's verifier: changes its state when asked to, and puts real tokens into requests. */
export async function serveProvider({ app, tokenFor, states }: ProviderUnderTest): Promise<ProviderFront> {
  const failures: string[] = [];
  let current = app;

  async function changeState(request: IncomingMessage): Promise<void> {
    const { action, state, params } = changeSchema.parse(await json(request));
    current = app;
    // The verifier announces an interaction that needs no state as one with an empty name.
    if (action === 'teardown' || state === '') return;
    const known = providerStates.find((each) => each === state);
    const handler = known && states[known];
    if (handler === undefined) throw new Error(`There is no handler for the state "${state}"`);
    current = (await handler(params)) ?? app;
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const scope = /^Bearer ([a-z]+:[a-z]+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (scope !== undefined) request.headers.authorization = `Bearer ${await tokenFor(scope)}`;
    current(request, response);
  }

  const served = await serveOnFreePort((request, response) => {
    const done =
      request.url === STATES_PATH
        ? changeState(request).then(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
        : forward(request, response);
    done.catch((error: unknown) => {
      failures.push(inspect(error));
      // After a 5xx the verifier would ask again, for a minute.
      response.writeHead(400).end();
    });
  });
  return { ...served, statesUrl: `${served.url}${STATES_PATH}`, failures };
}
