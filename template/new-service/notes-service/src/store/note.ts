import type { Redis } from '@evenkeel/redis';
import { noteSchema, type Note } from '../note.ts';

/** The notes of each user, the newest first. */
export interface NoteStore {
  add(userId: string, note: Note): Promise<void>;
  list(userId: string): Promise<Note[]>;
}

/** @param limit how many notes of a user are kept */
export function createNoteStore(redis: Redis, limit: number): NoteStore {
  const keyOf = (userId: string) => `notes:${userId}`;
  return {
    async add(userId, note) {
      const key = keyOf(userId);
      await redis
        .multi()
        .lpush(key, JSON.stringify(note))
        .ltrim(key, 0, limit - 1)
        .exec();
    },
    async list(userId) {
      const texts = await redis.lrange(keyOf(userId), 0, limit - 1);
      return texts.map((text) => noteSchema.parse(JSON.parse(text)));
    },
  };
}
