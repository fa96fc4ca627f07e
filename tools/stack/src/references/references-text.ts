const section = /"references":\s*\[[^\]]*\]/;
const entry = /"path":\s*"([^"]*)"/g;

/** The paths that the text of a TypeScript configuration references. */
export function referencesIn(text: string): string[] {
  const [found = ''] = section.exec(text) ?? [];
  return [...found.matchAll(entry)].map(([, path = '']) => path);
}

/** The line of `"references"`, or 1 when the text has none. */
export function lineOfReferences(text: string): number {
  const start = section.exec(text)?.index ?? 0;
  return text.slice(0, start).split('\n').length;
}

/** The text with its references replaced or, where it has none, added at its end. Laid out as Prettier does. */
export function withReferences(text: string, paths: readonly string[]): string {
  const entries = paths.map((path) => `{ "path": "${path}" }`);
  const oneLine = `"references": [${entries.join(', ')}]`;
  const fits = oneLine.length + 2 <= 120;
  const replacement = fits ? oneLine : `"references": [\n    ${entries.join(',\n    ')}\n  ]`;
  if (section.test(text)) return text.replace(section, replacement);
  return text.replace(/,?\s*\}\s*$/, `,\n  ${replacement}\n}\n`).replace(/^\{,?\s*/, '{\n  ');
}
