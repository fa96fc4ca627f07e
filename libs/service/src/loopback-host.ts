/**
 * The port that a client on this machine used, from the value of `Host`; `undefined` for any other name. A browser that
 * was led here by somebody else's name (DNS rebinding) sends that name.
 */
export function loopbackPort(host: string | undefined): number | undefined {
  const match = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i.exec(host ?? '');
  return match === null ? undefined : Number(match[1] ?? 80);
}
