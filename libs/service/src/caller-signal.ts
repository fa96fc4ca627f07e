import type { ServerResponse } from 'node:http';
import { AppError } from '@evenkeel/errors';

/** Aborts when the connection closes before the response was sent. */
export function callerSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = () => {
    if (!response.writableFinished) controller.abort(new AppError('unavailable', 'The caller has disconnected.'));
  };
  if (response.closed) leave();
  else response.once('close', leave);
  return controller.signal;
}
