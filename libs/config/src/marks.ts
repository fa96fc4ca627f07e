import { z } from 'zod';

/** What a configuration field is, beyond its type. */
export interface Marks {
  secret?: true;
  reloadable?: true;
  /** Path of a file that holds the value when no source has one. */
  defaultFile?: string;
}

const registry = z.registry<Marks>();

/** Marks a field whose value is never shown in messages, logs or published hashes. */
export function secret<S extends z.ZodType>(schema: S): S {
  return mark(schema, { secret: true });
}

/** Marks a field that SIGHUP reads again. */
export function reloadable<S extends z.ZodType>(schema: S): S {
  return mark(schema, { reloadable: true });
}

/** Makes the content of a file the default of a field: for values that are too long for code. */
export function defaultFile<S extends z.ZodType>(path: string, schema: S): S {
  return mark(schema, { defaultFile: path });
}

/** The marks of a field; an unmarked one has none. */
export function marksOf(schema: z.core.$ZodType): Marks {
  return registry.get(schema as z.ZodType) ?? {};
}

function mark<S extends z.ZodType>(schema: S, marks: Marks): S {
  // A clone, so that marking a shared schema marks this field only.
  const marked = schema.clone();
  registry.add(marked, { ...marksOf(schema), ...marks });
  return marked;
}
