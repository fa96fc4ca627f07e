import { constructFromEvents, EVENT_ID, getScalarValue, parseEvents, YAMLException, type Event } from 'js-yaml';

/** What aliases stand for counts as often as they are used: a small text must not become a large table. */
const MAX_VALUES = 100_000;

/** Deeper than any table, and cheap to refuse. */
const MAX_DEPTH = 20;

/** A YAML document with the lines of what is in it. */
export interface YamlSource {
  data: unknown;
  /** Why it cannot be read; `data` is of no use then. */
  error?: { message: string; line: number };
  /** The line, from 1, of the key or item at a path; of the nearest one above it that exists. */
  lineOf(path: readonly PropertyKey[]): number;
}

export function readYaml(text: string): YamlSource {
  let events: Event[] = [];
  const lineOf = (path: readonly PropertyKey[]) => lineAt(text, offsetOf(text, events, path));
  const refused = (message: string, line = 1): YamlSource => ({ data: undefined, error: { message, line }, lineOf });
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const [data = null, ...others] = constructFromEvents(events, { source: text });
    if (others.length > 0) return refused('is more than one document');
    if (hasMoreValues(data, MAX_VALUES))
      return refused(`has more than ${MAX_VALUES} values, counting what aliases stand for`);
    return { data, lineOf };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return refused(error.reason, (error.mark?.line ?? 0) + 1);
  }
}

/** Without recursion: aliases may nest as deep as they like, or form a circle. */
function hasMoreValues(root: unknown, limit: number): boolean {
  const rest = [root];
  for (let count = 0; rest.length > 0; count++) {
    if (count === limit) return true;
    const value = rest.pop();
    if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) rest.push(child);
  }
  return false;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Where the key or item at a path begins. The first event is the document, the second one its content. */
function offsetOf(text: string, events: readonly Event[], path: readonly PropertyKey[]): number {
  let [index, offset] = [1, 0];
  for (const step of path) {
    const child = childOf(text, events, index, step);
    if (child === undefined) return offset;
    offset = startOf(events[child.place]) ?? offset;
    index = child.value;
  }
  return offset;
}

/** The events that mark the place of a child of a collection, and begin its value. */
function childOf(
  text: string,
  events: readonly Event[],
  parent: number,
  step: PropertyKey,
): { place: number; value: number } | undefined {
  const isMapping = events[parent]?.type === EVENT_ID.MAPPING;
  if (!isMapping && events[parent]?.type !== EVENT_ID.SEQUENCE) return undefined;
  let place = parent + 1;
  for (let position = 0; events[place]?.type !== EVENT_ID.POP; position++) {
    const value = isMapping ? endOf(events, place) : place;
    const key = events[place];
    const name = isMapping && key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : String(position);
    if (name === String(step)) return { place, value };
    place = endOf(events, value);
  }
  return undefined;
}

/** The index after the last event of the node that begins at this one. */
function endOf(events: readonly Event[], begin: number): number {
  let index = begin;
  let depth = 0;
  do {
    const type = events[index++]?.type;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth++;
    else if (type === EVENT_ID.POP) depth--;
  } while (depth > 0);
  return index;
}

/** An empty scalar has no place in the text. */
function startOf(event: Event | undefined): number | undefined {
  if (event === undefined || !('anchorStart' in event)) return undefined;
  const own = 'start' in event ? event.start : 'valueStart' in event ? event.valueStart : event.anchorStart;
  return own < 0 ? undefined : own;
}
