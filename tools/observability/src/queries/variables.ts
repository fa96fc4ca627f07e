/** Values of Grafana's variables, by name without `$`. */
export type Variables = Readonly<Record<string, string>>;

/** What a query is executed with outside Grafana. */
export const EXAMPLES: Variables = {
  service: 'any',
  slow: '1ms',
  __rate_interval: '1m',
  __interval: '15s',
  __auto: '15s',
  __range: '5m',
  __tags: 'service_name="any"',
  '__trace.traceId': '0af7651916cd43dd8448eb211c80319c',
  __from: '0',
  __to: '0',
  '__value.raw': '0.25',
  '__field.labels.http_route': '/',
  '__field.labels.le': '0.25',
  '__data.fields.traceID': '0af7651916cd43dd8448eb211c80319c',
  '__data.fields.traceIdHidden': '0af7651916cd43dd8448eb211c80319c',
};

/** The text with `$name` and `${name}` replaced. @throws Error that names a variable without a value */
export function withValues(text: string, variables: Variables): string {
  return text.replace(/\$(?:\{([\w.]+)(?::\w+)?\}|(\w+))/g, (written, braced?: string, bare?: string) => {
    const value = variables[braced ?? bare ?? ''];
    if (value === undefined) throw new Error(`${written} has no value: add it to EXAMPLES in variables.ts`);
    return value;
  });
}
