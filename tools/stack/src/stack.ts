import type { SecretId } from './wiring/generated-secrets.ts';

/** How a service that must restart together with others is placed within its wave. */
export type RestartPolicy = 'parallel' | 'serial';

/** A service of the stack, as `services.yaml` declares it. */
export interface Service {
  readonly name: string;
  /** What its callers use. */
  readonly port: number;
  /** Health, metrics and the API description; never routed by the gateway. */
  readonly adminPort: number;
  /** The inspector. */
  readonly debugPort: number;
  /** Services and stores that are required at startup. */
  readonly dependsOn: readonly string[];
  /** What else it calls at runtime; not required at startup. */
  readonly calls: readonly string[];
  readonly restartPolicy: RestartPolicy;
  /** Its own in postgres; there exactly when it uses postgres. */
  readonly database?: string | undefined;
  /** Those of the generated secrets that are its own. */
  readonly secrets: readonly SecretId[];
  /** The scopes of service tokens that its internal API accepts. */
  readonly grants: readonly string[];
  /** The scopes of service tokens that it may ask for. */
  readonly scopes: readonly string[];
  /** Why there is no contract with a service that it depends on or calls, by the name of that service. */
  readonly noContract?: Readonly<Record<string, string>> | undefined;
}

/** A store that the services use, with the container image that provides it. */
export interface Backing {
  readonly name: string;
  readonly image: string;
  readonly port: number;
}

/** A program of ours that runs beside each service. */
export interface Sidecar {
  readonly name: string;
  /** The name of its image, without a tag. */
  readonly image: string;
  readonly metricsPort: number;
}

/** A part of the observability stack with a page, which containers publish where that stack runs. */
export interface Page {
  readonly name: string;
  readonly port: number;
}

/** The whole declaration, in the order of the file. */
export interface Stack {
  readonly services: readonly Service[];
  readonly backing: readonly Backing[];
  readonly sidecars: readonly Sidecar[];
  /** Where the health of all services and the reports are shown during development. */
  readonly checks: { readonly port: number };
  readonly observability: readonly Page[];
}

/** The services that nothing else of the stack calls: those for its clients. */
export function entryServices(stack: Stack): string[] {
  const used = new Set(stack.services.flatMap(({ dependsOn, calls }) => [...dependsOn, ...calls]));
  return stack.services.map(({ name }) => name).filter((name) => !used.has(name));
}
