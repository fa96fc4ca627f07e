import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { boundariesOf, tests } from './eslint.boundaries.js';
import { houseRules } from './eslint.house-rules.js';

/** Files that are run, as opposed to imported: they alone read the environment and hand it on. */
const programs = ['main', 'migrate', 'probe', 'register', 'global-setup', 'coverage-setup'].map(
  (name) => `**/src/**/${name}.ts`,
);
const environment = {
  object: 'process',
  property: 'env',
  message: 'Only programs (main.ts) read the environment: take values as parameters.',
};
const untrustworthyTests = [
  ...['mock', 'doMock', 'hoisted'].map((property) => ({
    object: 'vi',
    property,
    message: 'No module mocks: the clock, spawn and the file system are parameters.',
  })),
  ...['describe', 'it', 'test'].map((object) => ({ object, property: 'only', message: 'Run the whole suite.' })),
];

export default defineConfig(
  globalIgnores(['**/.*/', '**/coverage/', '**/dist/', '**/node_modules/']),
  js.configs.recommended,
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  {
    name: 'house',
    plugins: { house: houseRules },
    rules: {
      eqeqeq: 'error',
      'house/file-name': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true } },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'List the names that are exported.' },
      ],
      'no-restricted-properties': ['error', environment, ...untrustworthyTests],
      'no-restricted-imports': [
        'error',
        {
          paths: ['process', 'node:process'].map((name) => ({
            name,
            importNames: ['env', 'default'],
            message: 'Use the global process, whose environment only programs (main.ts) read.',
          })),
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // The rules that need types cost most of the time that linting takes: only those that find mistakes are on.
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      // `void | Promise<void>` is what a callback that may be asynchronous returns.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  boundariesOf(import.meta.dirname),
  {
    files: [...programs, ...tests],
    rules: { 'no-restricted-properties': ['error', ...untrustworthyTests] },
  },
  {
    // Matchers such as expect.any() and the bodies of answers are of type any.
    files: tests,
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['*.js', '*.ts', '**/*.config.{js,ts}'], rules: { 'no-restricted-exports': 'off' } },
  prettier,
);
