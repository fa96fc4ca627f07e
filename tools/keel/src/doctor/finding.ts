/** What a check of the machine found. */
export interface Finding {
  /** `bad`: the stack will not start. `poor`: it starts, but something will be slow or left out. */
  state: 'good' | 'poor' | 'bad';
  /** What was found, in a few words. */
  detail: string;
  /** The command, or the thing to do. */
  fix?: string;
  /** Mends it without asking; only where that needs no root and loses nothing. */
  repair?: () => Promise<void>;
}

export interface Check {
  name: string;
  examine: () => Promise<Finding>;
}

export const good = (detail: string): Finding => ({ state: 'good', detail });
export const poor = (detail: string, fix: string): Finding => ({ state: 'poor', detail, fix });
export const bad = (detail: string, fix: string): Finding => ({ state: 'bad', detail, fix });
