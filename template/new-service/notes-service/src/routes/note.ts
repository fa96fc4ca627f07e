import { randomUUID } from 'node:crypto';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { userGuard } from '@evenkeel/tokens';
import type { Dependencies } from '../dependencies.ts';
import { newNoteSchema, noteListSchema, noteSchema } from '../note.ts';

export function createNoteRoutes({ notes, verifier }: Dependencies): Endpoint[] {
  const guard = userGuard(verifier);
  return [
    endpoint(
      { method: 'get', path: '/notes', summary: 'The notes of the caller', guard, responses: { 200: noteListSchema } },
      async ({ caller }) => ({ status: 200, body: { items: await notes.list(caller.userId) } }),
    ),
    endpoint(
      {
        method: 'post',
        path: '/notes',
        summary: 'Keep a note',
        guard,
        body: newNoteSchema,
        responses: { 201: noteSchema },
      },
      async ({ caller, body }) => {
        const note = { id: randomUUID(), text: body.text };
        await notes.add(caller.userId, note);
        return { status: 201, body: note };
      },
    ),
  ];
}
