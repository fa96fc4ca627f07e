import { StoreError, typed } from './store-error.ts';

/** What a program may have said when it stopped, what that means, and what to do. `data` is its folder, as it is typed. */
export interface Cause {
  pattern: RegExp;
  what: string;
  fix(data: string): string;
}

/** The causes that both stores have. What its surroundings deny a store comes before damage, which the same words may name. */
export function commonCauses(store: 'PostgreSQL' | 'Redis'): Cause[] {
  return [
    {
      pattern: /No space left on device|Disk quota exceeded/,
      what: `${store} has no space left on the disk`,
      fix: (data) => `free some space (df -h ${data}), then start again`,
    },
    {
      pattern: /Read-only file system/,
      what: `${store} cannot write to its data folder`,
      fix: (data) => `mount the file system of ${data} writable, or keep the state elsewhere: KEEL_STATE_DIR=…`,
    },
    {
      pattern: /Permission denied|Operation not permitted|has wrong ownership|has invalid permissions/,
      what: `${store} lacks a permission that it needs`,
      fix: (data) => `check the owner of the file that it names (ls -la ${data}), and run as that user or change it`,
    },
    {
      pattern:
        /Cannot allocate memory|out of memory|could not fork|Too many open files|could not create semaphores|Can't initialize Background Jobs/i,
      what: `${store} hits a resource limit`,
      fix: () => 'stop other programs, or raise the limit of memory, processes or files (ulimit -a) that it names',
    },
    {
      pattern: /could not bind|could not create any TCP\/IP sockets|Address already in use|Failed listening on port/,
      what: `${store} cannot listen on its port`,
      fix: () => 'start again: each start picks a free port',
    },
    {
      pattern: /error while loading shared libraries|Library not loaded/,
      what: `${store} cannot run on this system`,
      fix: () =>
        `install the library that it names, or use ${store === 'Redis' ? 'another Redis or Valkey' : 'the Dev Container'}`,
    },
  ];
}

export function damage(store: 'PostgreSQL' | 'Redis', pattern: RegExp): Cause {
  return {
    pattern,
    what: `${store} cannot use its data folder, which seems damaged`,
    fix: (data) =>
      `to keep the folder for a look and start with empty data: mv ${data} ${data.replace(/'?$/, '.old$&')}`,
  };
}

/** What a program printed last, when the cause is unknown. No advice to move data: nothing says that it is damaged. */
export function unknownCause(what: string, output: string, silent: string, data: string): StoreError {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const why = lines.length === 0 ? silent : lines.slice(-5).join('\n       ');
  return new StoreError(what, why, `./keel doctor checks this machine; the data in ${data} is untouched`);
}

export function failure(cause: Cause, why: string, data: string): StoreError {
  return new StoreError(cause.what, why, cause.fix(typed(data)));
}
