/** What `graph --format` accepts. Apart from what prints them, which is loaded when it is needed. */
export const GRAPH_FORMATS = ['text', 'mermaid', 'json'] as const;

export type GraphFormat = (typeof GRAPH_FORMATS)[number];
