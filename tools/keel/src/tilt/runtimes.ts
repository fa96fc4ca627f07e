/** The ways in which the Tiltfile runs the stack. */
export const RUNTIMES = ['local', 'compose', 'k8s'] as const;

export type Runtime = (typeof RUNTIMES)[number];
