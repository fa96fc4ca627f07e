/** What came back for one request. */
export interface Answer {
  /** `GET /users/me`, for messages. */
  asked: string;
  method: string;
  status: number;
  /** By lower-case name; several fields of one name are joined by commas. */
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** The body as JSON; `undefined` when it is none. */
export function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

const SHOWN = 400;

/** The answer in a line for a person. Tokens are left out: reports are pasted into tickets. */
export function describeAnswer({ status, headers, text }: Answer): string {
  const hidden = text.replace(/"(access_token|refresh_token)":\s*"[^"]*"/g, '"$1":"(hidden)"');
  const body = hidden.length > SHOWN ? `${hidden.slice(0, SHOWN)}… (${String(text.length)} characters)` : hidden;
  const wait = headers['retry-after'];
  const retry = wait === undefined ? '' : ` (Retry-After: ${wait} s)`;
  return `${String(status)}${retry} ${body === '' ? 'without a body' : body}`;
}
