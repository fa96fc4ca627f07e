import type { View } from './view.ts';

export type Outline = ReturnType<typeof outlineOf>;
export type OutlinedService = Outline['services'][number];

/**
 * What can be made out of a file whose shape may be wrong in places, so that mistakes in names, ports and cycles are
 * reported together with mistakes of shape. Only what is in its right place, each value with its line.
 */
export function outlineOf(file: View) {
  const services = file.get('services').entries();
  const backing = file.get('backing').entries();
  const sidecars = file.get('sidecars').entries();
  const observability = file.get('observability').entries();
  return {
    services: services.map(([name, service]) => ({
      name,
      line: service.lineOfKey,
      dependsOn: strings(service.get('depends_on')),
      calls: strings(service.get('calls')),
      database: service.get('database'),
      secrets: strings(service.get('secrets')),
      grants: strings(service.get('grants')),
      scopes: strings(service.get('scopes')),
      noContract: service
        .get('no_contract')
        .entries()
        .map(([name, reason]) => ({ value: name, line: reason.lineOfKey })),
    })),
    backing: backing.map(([name, store]) => ({ value: name, line: store.lineOfKey })),
    sidecars: sidecars.map(([name, sidecar]) => ({ value: name, line: sidecar.lineOfKey })),
    observability: observability.map(([name, page]) => ({ value: name, line: page.lineOfKey })),
    ports: [
      ...services.flatMap(([name, at]) => ['port', 'admin_port', 'debug_port'].flatMap((key) => ports(name, at, key))),
      // Those of stores are not opened in a browser.
      ...backing.flatMap(([name, at]) => ports(name, at, 'port', false)),
      ...sidecars.flatMap(([name, at]) => ports(name, at, 'metrics_port')),
      ...ports('checks', file.get('checks'), 'port'),
      ...observability.flatMap(([name, at]) => ports(name, at, 'port')),
    ],
  };
}

function strings(list: View): { value: string; line: number }[] {
  return list.items().flatMap(({ value, line }) => (typeof value === 'string' ? [{ value, line }] : []));
}

function ports(owner: string, view: View, key: string, isForBrowsers = true) {
  const { value, line } = view.get(key);
  return typeof value === 'number' ? [{ value, line, owner: `${owner}'s ${key}`, isForBrowsers }] : [];
}
