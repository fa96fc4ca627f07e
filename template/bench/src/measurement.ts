import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Without which a figure means nothing. */
export interface Circumstances {
  date: string;
  machine: string;
}

/** Of this moment and this machine. */
export function circumstances(): Circumstances {
  const processor = cpus()[0]?.model.trim() ?? 'an unknown processor';
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores of ${processor}, Node ${process.version}`,
  };
}

/** What `read` makes of a command line; undefined, with the mistake and the usage printed, when it throws. */
export function readCommandLine<T>(usage: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: ${usage}`);
    return undefined;
  }
}

/** Prints the tables of a report, and writes all its figures when a file is asked for. */
export async function publish(report: object, tables: string, jsonFile: string | undefined): Promise<void> {
  console.log(tables);
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
}
