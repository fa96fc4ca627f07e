/** The response to one request. */
export interface ApiResponse {
  /** `GET /users/me`, for messages. */
  request: string;
  method: string;
  status: number;
  /** By lower-case name; several fields of one name are joined by commas. */
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** The body as JSON; `undefined` when it is not JSON. */
export function jsonOf(response: ApiResponse): unknown {
  try {
    return JSON.parse(response.text);
  } catch {
    return undefined;
  }
}

const SHOWN = 400;

/** The response in one line. Tokens are left out: reports are pasted into tickets. */
export function describeResponse({ status, headers, text }: ApiResponse): string {
  const hidden = text.replace(/"(access_token|refresh_token)":\s*"[^"]*"/g, '"$1":"(hidden)"');
  const body = hidden.length > SHOWN ? `${hidden.slice(0, SHOWN)}… (${String(text.length)} characters)` : hidden;
  const wait = headers['retry-after'];
  const retry = wait === undefined ? '' : ` (Retry-After: ${wait} s)`;
  return `${String(status)}${retry} ${body === '' ? 'without a body' : body}`;
}
