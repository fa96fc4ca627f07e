/** A way to start the stack that is measured. */
export interface Way {
  name: string;
  command: [string, ...string[]];
  env: Record<string, string>;
}

/** What the others are compared with: Node runs each service by itself, as it would without any runner. */
export const peer = 'plain node';

export const ways: readonly Way[] = [
  { name: 'npm start', command: ['npm', 'start'], env: { HOT_RESTART_STANDBY: '1' } },
  { name: 'HOT_RESTART_STANDBY=0 npm start', command: ['npm', 'start'], env: { HOT_RESTART_STANDBY: '0' } },
  { name: `${peer} (npm start -- --plain)`, command: ['npm', 'start', '--', '--plain'], env: {} },
];
