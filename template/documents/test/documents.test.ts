import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stepsOf } from '../src/steps.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

describe.each(documents)('%s', (document) => {
  const text = read(document);

  it('links to files and headings that exist', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
    const relative = links.filter((target) => !/^[a-z]+:/.test(target));
    expect(relative.filter((target) => !leadsSomewhere(document, target))).toEqual([]);
  });

  it('names scripts that exist', () => {
    const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)(?:.*? -w (@[\w/-]+))?|(start|test)\b)/g)];
    const unknown = named.filter(([, run, workspace, short]) => !scripts(workspace).includes(run ?? short ?? ''));
    expect(unknown.map(([whole]) => whole)).toEqual([]);
  });

  it('names commands of ./keel that exist', async () => {
    const named = [...text.matchAll(/\.\/keel ([a-z]+)/g)].map(([, command = '']) => command);
    const known = await commands();
    expect(named.filter((command) => !known.includes(command))).toEqual([]);
  });

  it('has no placeholders', () => {
    expect(text).not.toMatch(/\b(TODO|FIXME|TBD)\b/);
  });
});

describe('README.md', () => {
  it('lists every app, lib and tool, and no other', () => {
    const picture = /^services\.yaml .*?(?=^```)/ms.exec(readme)?.[0] ?? '';
    const shown = [...picture.matchAll(/^(\w+)\/(?: .*)?$|^ {2}([\w-]+)\/ +\S/gm)];
    let folder = '';
    const paths = shown.flatMap(([, parent, child]) => {
      folder = parent ?? folder;
      return child === undefined ? [] : [`${folder}/${child}`];
    });
    const packages = globSync(['{apps,libs,tools,template}/*/package.json'], { cwd: root }).map((path) =>
      dirname(path),
    );
    expect(paths.sort()).toEqual(packages.sort());
  });

  it('shows requests to the gateway', () => {
    const commands = stepsOf(readme).map(({ command }) => command);
    expect(commands.filter((command) => command.startsWith('curl')).length).toBeGreaterThan(5);
    expect(commands.join('\n')).toContain('http://127.0.0.1:8080');
  });
});

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
}

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', fragment] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(root, file))) return false;
  return fragment === undefined || headings(read(file)).includes(fragment);
}

/** The anchors that GitHub generates. */
function headings(text: string): string[] {
  const lines = text.replace(/^```.*?^```/gms, '').match(/^#+ .*$/gm) ?? [];
  return lines.map((line) =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function scripts(workspace?: string): string[] {
  const manifests =
    workspace === undefined
      ? ['package.json']
      : globSync(['{apps,libs,tools,template}/*/package.json', 'acceptance/package.json'], { cwd: root });
  return manifests.flatMap((path) => {
    const { name, scripts: found } = JSON.parse(read(path)) as { name: string; scripts?: Record<string, string> };
    return workspace === undefined || name === workspace ? Object.keys(found ?? {}) : [];
  });
}

let help: Promise<string[]> | undefined;

function commands(): Promise<string[]> {
  return (help ??= askForCommands());
}

async function askForCommands(): Promise<string[]> {
  const program = join(root, 'tools', 'keel', 'src', 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--help']);
  const list = stdout.slice(stdout.indexOf('Commands:'));
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name);
}

describe('the containers guide', () => {
  it('names everything that must differ in a second clone', () => {
    const section = read('docs/guides/containers.md').split('### run two clones side by side')[1]?.split('\n## ')[0];
    const compose = read('docker-compose.dev.yml');
    const ports = [...compose.matchAll(/127\.0\.0\.1:\$\{(\w+)/g)].map(([, name]) => name);
    expect(ports.length).toBeGreaterThan(0);
    for (const name of ['COMPOSE_PROJECT_NAME', 'SUBNET', ...ports]) expect(section).toContain(`${name}=`);
  });
});
