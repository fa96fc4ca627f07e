/** By its name, a file that can be imported. */
export function isModule(path: string): boolean {
  return /\.([cm]?[jt]s|json|node)$/.test(path);
}

/** Names that no tree of sources is watched below or for. */
export function isIgnored(name: string): boolean {
  return /^(node_modules|dist|coverage|test)$|^\.|~$|\.tsbuildinfo$/.test(name);
}
