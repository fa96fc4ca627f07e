/** `.vscode/settings.json`: what an editor must know so that it agrees with `./keel check`. */
export const editorSettings = {
  'typescript.tsdk': 'node_modules/typescript/lib',
  'typescript.enablePromptUseWorkspaceTsdk': true,
  'typescript.preferences.importModuleSpecifierEnding': 'js',
  'editor.formatOnSave': true,
  '[typescript]': { 'editor.defaultFormatter': 'esbenp.prettier-vscode' },
  '[javascript]': { 'editor.defaultFormatter': 'esbenp.prettier-vscode' },
  '[json]': { 'editor.defaultFormatter': 'esbenp.prettier-vscode' },
  '[yaml]': { 'editor.defaultFormatter': 'esbenp.prettier-vscode' },
  'files.watcherExclude': { '**/.nx/**': true, '**/.keel/**': true, '**/dist/**': true, '**/.types/**': true },
  'search.exclude': { '**/.nx': true, '**/.keel': true, '**/dist': true, '**/.types': true, 'package-lock.json': true },
};

/** `.vscode/extensions.json`: the same as `.devcontainer/devcontainer.json` installs. */
export const editorExtensions = {
  recommendations: [
    'dbaeumer.vscode-eslint',
    'esbenp.prettier-vscode',
    'vitest.explorer',
    'ms-azuretools.vscode-docker',
    'tilt-dev.tiltfile',
  ],
};
