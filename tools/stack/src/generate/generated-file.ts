/** A file that repeats, in whole or in part, what is declared elsewhere. */
export interface GeneratedFile {
  /** Relative to the root. */
  readonly file: string;
  /** Created when missing; others are skipped then, since a copy may do without them. */
  readonly needed?: boolean;
  /**
   * The text that the file must have. What its owners wrote around the generated part stays.
   *
   * @throws Error when the part to be replaced is not there
   */
  render(present: string): string | Promise<string>;
}

/** The text with the part that the pattern matches replaced. */
export function replacePart(text: string, pattern: RegExp, part: string): string {
  if (!pattern.test(text)) throw new Error(`has no part like ${String(pattern)}, which ./keel generate replaces`);
  return text.replace(pattern, () => part);
}
