/** Scopes by the name of the service. */
export type Clients = Readonly<Record<string, readonly string[]>>;

/**
 * The text of service_clients.json. All clients have the same secrets here.
 *
 * @param secrets the accepted ones, newest first
 */
export function clientsAsText(clients: Clients, secrets: readonly string[]): string {
  const known = Object.entries(clients).map(([name, scopes]) => [name, { secrets, scopes }]);
  return JSON.stringify(Object.fromEntries(known));
}

/** The accepted secrets in that text, newest first; none when there is no client in it, or it is not such a text. */
export function secretsIn(text: string): string[] {
  try {
    const [client] = Object.values(JSON.parse(text) as Record<string, { secrets?: string[] }>);
    return client?.secrets ?? [];
  } catch {
    return [];
  }
}
