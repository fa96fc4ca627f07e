/** A variable in braces with no other inside. */
const innermost = /\$\{((?:(?!\$\{)[^}])*)(?:\}|$)/g;

/**
 * What Compose makes of a value when no variable is set: `${NAME:-default}` and `${NAME-default}` become the default,
 * which may hold variables itself, every other variable becomes nothing, and `$$` is a dollar sign.
 * The grammar is that of the Compose specification, "Interpolation".
 */
export function withDefaults(text: string): string {
  // Set aside, so that what follows an escaped dollar sign is not taken for a variable.
  let result = text.replaceAll('$$', '\0');
  for (let before = ''; before !== result;) {
    before = result;
    result = result.replace(innermost, (_, inside: string) => /^\w+:?-(.*)$/s.exec(inside)?.[1] ?? '');
  }
  return result.replace(/\$[A-Za-z_]\w*/g, '').replaceAll('\0', '$');
}
