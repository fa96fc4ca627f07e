import { AppError } from '@evenkeel/errors';
import type { Reply, Turn } from '@evenkeel/service';
import type { Dependencies } from '../dependencies.ts';
import type { Query } from '../store/connection.ts';
import { claimKey, findAnswer, keepAnswer, type KeptAnswer, type KeyOfCaller } from '../store/idempotency-key.ts';

/** A request that changes something once, however often it is sent. */
export interface IdempotentCall<P> {
  request: { method: string; path: string; get(name: string): string | undefined };
  callerId: string;
  turn: Turn;
  /** As validated: what the request means, whatever its spelling. */
  body: unknown;
  /** What takes long and changes nothing; runs outside the transaction. */
  prepare(): Promise<P>;
  /** The change. It is kept together with its response, or not at all. */
  commit(query: Query, prepared: P): Promise<Reply>;
}

/**
 * Carries a request out once for each Idempotency-Key of a caller. A repetition gets the first response again (marked
 * `Idempotency-Replayed`), one that comes while the first still runs waits for it, and another request under a used key
 * is `idempotency_key_reused`. A request that failed changed nothing, so its key is free again.
 */
export async function idempotent<P>(dependencies: Dependencies, call: IdempotentCall<P>): Promise<Reply> {
  const { database, hasher } = dependencies;
  const { turn } = call;
  const key = call.request.get('idempotency-key');
  if (key === undefined) {
    const prepared = await call.prepare();
    return database.transaction((query) => call.commit(query, prepared), turn.signal);
  }
  const name: KeyOfCaller = { callerId: call.callerId, key };
  // The request may hold a password, which only a slow hash may stand for.
  const fingerprint = JSON.stringify([call.request.method, call.request.path, call.body]);
  const replay = async (kept: KeptAnswer): Promise<Reply> => {
    if (!(await hasher.verify(fingerprint, kept.requestHash, turn)))
      throw new AppError('idempotency_key_reused', 'Use a new Idempotency-Key for another request.');
    return { ...kept.reply, headers: { ...kept.reply.headers, 'idempotency-replayed': 'true' } };
  };

  const known = await findAnswer(database.query, name);
  if (known !== undefined) return replay(known);
  try {
    const requestHash = await hasher.hash(fingerprint, turn);
    const prepared = await call.prepare();
    const reply = await database.transaction(async (query) => {
      if (!(await claimKey(query, name, requestHash))) return undefined;
      const answer = await call.commit(query, prepared);
      await keepAnswer(query, name, answer);
      return answer;
    }, turn.signal);
    if (reply !== undefined) return reply;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'unavailable' || error.code === 'timeout') throw error;
    // It may have failed because the first request has been carried out meanwhile.
    const first = await findAnswer(database.query, name);
    if (first === undefined) throw error;
    return replay(first);
  }
  const winner = await findAnswer(database.query, name);
  if (winner === undefined) throw new AppError('conflict', 'The Idempotency-Key has just expired. Send it again.');
  return replay(winner);
}
