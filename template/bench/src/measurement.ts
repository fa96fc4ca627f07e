import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** What a figure depends on. */
export interface Circumstances {
  date: string;
  machine: string;
}

/** Describes this machine at this moment. */
export function circumstances(): Circumstances {
  const processor = cpus()[0]?.model.trim() ?? 'an unknown processor';
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores of ${processor}, Node ${process.version}`,
  };
}

/** The options that `read` parses; when it throws, prints the mistake and the usage, and returns undefined. */
export function readCommandLine<T>(usage: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: ${usage}`);
    return undefined;
  }
}

/** Prints the tables of a report, and writes all its figures to a file if one is given. */
export async function publish(report: object, tables: string, jsonFile: string | undefined): Promise<void> {
  console.log(tables);
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
}
