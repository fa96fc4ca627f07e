import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import type { SyntaxNodeRef, Tree } from '@lezer/common';
import { parser as promql } from '@prometheus-io/lezer-promql';
import type { Language } from '../query.ts';

const parsers = { promql, logql, traceql };

export function parse(language: Language, text: string): Tree {
  return parsers[language].parse(text);
}

/** Where a query breaks the grammar of its language; undefined if it does not. */
export function mistakeIn({ language, text }: { language: Language; text: string }): string | undefined {
  const broken = nodesOf(parse(language, text)).find(({ type }) => type.isError);
  return broken && `${language} breaks at position ${broken.from}, before "${text.slice(broken.from)}": ${text}`;
}

export function nodesOf(tree: Tree): SyntaxNodeRef['node'][] {
  const nodes: SyntaxNodeRef['node'][] = [];
  tree.iterate({ enter: ({ node }) => void nodes.push(node) });
  return nodes;
}
