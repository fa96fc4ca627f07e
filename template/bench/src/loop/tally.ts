export interface Answer {
  connection: 'new' | 'kept';
  /** When the request was sent, in ms. */
  begun: number;
  /** The version in the response; undefined if the request failed. */
  version: number | undefined;
}

/** When a version was first seen in a response, in ms. */
export interface Life {
  version: number;
  at: number;
}

export interface Tally {
  requests: number;
  failed: number;
  /** Served by an older version although sent more than 20 ms after a newer one was live. */
  stale: number;
}

const graceMs = 20;

/** Counts failed and stale responses on one kind of connection. */
export function tally(answers: Answer[], lives: Life[], connection: Answer['connection']): Tally {
  const own = answers.filter((answer) => answer.connection === connection);
  const isStale = ({ begun, version }: Answer) =>
    version !== undefined && lives.some((life) => life.version > version && begun > life.at + graceMs);
  return {
    requests: own.length,
    failed: own.filter((answer) => answer.version === undefined).length,
    stale: own.filter(isStale).length,
  };
}
