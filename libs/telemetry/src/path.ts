/** The path of a request target. Its query may hold a secret, and is neither logged nor recorded. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}
