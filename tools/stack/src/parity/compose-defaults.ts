/**
 * What Compose makes of a value when no variable is set: `${NAME:-default}` and `${NAME-default}` become the default,
 * which may hold variables itself, every other variable becomes nothing, and `$$` is a dollar sign.
 * The grammar is that of the Compose specification, "Interpolation".
 */
export function withDefaults(text: string): string {
  let result = '';
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const plain = /^(?:\$\$|\$[A-Za-z_]\w*|[^$]+)/.exec(rest)?.[0];
    if (rest.startsWith('${')) {
      const end = closingBrace(text, at + 2);
      result += defaultOf(text.slice(at + 2, end));
      at = end + 1;
    } else if (plain === undefined) {
      result += rest[0];
      at += 1;
    } else {
      result += plain === '$$' ? '$' : plain.startsWith('$') ? '' : plain;
      at += plain.length;
    }
  }
  return result;
}

function defaultOf(expression: string): string {
  const [, fallback] = /^\w+:?-([\s\S]*)$/.exec(expression) ?? [];
  return fallback === undefined ? '' : withDefaults(fallback);
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}
