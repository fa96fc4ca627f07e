// Rules of the house that no published plugin checks.
import { basename } from 'node:path';

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const emptyNames = /^(utils?|helpers?|common|misc|shared)$/;

/** Files are named in kebab-case, after what they are for. */
const fileName = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      kebab: 'name this file in kebab-case, not "{{name}}"',
      empty: '"{{name}}" says nothing about what is in the file: name its purpose',
    },
  },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename).split('.')[0];
      if (!kebabCase.test(name)) context.report({ node, messageId: 'kebab', data: { name } });
      if (emptyNames.test(name)) context.report({ node, messageId: 'empty', data: { name } });
    },
  }),
};

export const houseRules = { rules: { 'file-name': fileName } };
