import { setTimeout as sleep } from 'node:timers/promises';
import { lost, register, type Person } from '@evenkeel/containers';

interface Registering {
  /** Those whose registration was acknowledged. */
  readonly people: readonly Person[];
  /** Stops, and resolves with what is lost of what was acknowledged. */
  losses(): Promise<string[]>;
}

/** Registers one person after the other. */
export function keepRegistering(baseUrl: string): Registering {
  const people: Person[] = [];
  let running = true;
  const loop = (async () => {
    while (running) {
      const person = await register(baseUrl);
      if (person !== undefined) people.push(person);
      await sleep(100);
    }
  })();
  return {
    people,
    async losses() {
      running = false;
      await loop;
      const found: string[] = [];
      for (const person of people) found.push(...[await lost(baseUrl, person)].filter((each) => each !== undefined));
      return found;
    },
  };
}
