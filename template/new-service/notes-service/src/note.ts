import { z } from 'zod';

export const newNoteSchema = z.strictObject({ text: z.string().trim().min(1).max(1_000) });
export const noteSchema = z.object({ id: z.uuid(), text: z.string() });
export const noteListSchema = z.object({ items: z.array(noteSchema) });

export type Note = z.output<typeof noteSchema>;
