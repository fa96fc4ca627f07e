/** Header fields as a flat list of alternating names and values, as in `IncomingMessage.rawHeaders`. */
export type RawHeaders = readonly string[];

/** Each field's name, as it was written, with its value. */
export function headerPairs(headers: RawHeaders): [name: string, value: string][] {
  return headers.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
  );
}

/** All values of the fields of this name (in lower case), joined; undefined when there are none. */
export function headerValue(headers: RawHeaders, name: string): string | undefined {
  let all: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    if (!isNamed(headers[index] ?? '', name)) continue;
    const value = headers[index + 1] ?? '';
    all = all === undefined ? value : `${all}, ${value}`;
  }
  return all;
}

/** Whether a field has this name (in lower case). Most have another length, which is quickly seen. */
export function isNamed(field: string, name: string): boolean {
  return field.length === name.length && field.toLowerCase() === name;
}

/** As a flat list. */
export function rawHeaders(fields: Readonly<Record<string, string>>): RawHeaders {
  return Object.entries(fields).flat();
}
