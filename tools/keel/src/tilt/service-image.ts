import { runtimeClosure, type PackageGraph } from '@evenkeel/stack';

/**
 * What the development image of a service is built from, as folders and files relative to the root. Tilt copies a saved
 * file of `sync` into the running pod, where the hot-restart runner takes over; a change of `rebuild` needs a new image.
 */
export interface ServiceImage {
  sync: string[];
  rebuild: string[];
}

/** The tools that the Dockerfile runs, or puts into the image. */
const IN_EVERY_IMAGE = ['tools/hot-restart', 'tools/images'];

/** From the packages that the service needs to run, over any number of steps. */
export function imageOf(service: string, graph: PackageGraph): ServiceImage {
  const foldersOf = (folder: string): string[] => {
    const home = graph.packages.find((each) => each.folder === folder);
    const needed = runtimeClosure(graph, home?.name ?? folder);
    return graph.packages.filter(({ name }) => needed.has(name)).map((each) => each.folder);
  };
  const sync = foldersOf(`apps/${service}`);
  const tools = IN_EVERY_IMAGE.flatMap(foldersOf).filter((folder) => !sync.includes(folder));
  const manifests = ['package.json', 'package-lock.json', ...sync.map((folder) => `${folder}/package.json`)];
  return { sync, rebuild: [...manifests, ...new Set(tools)] };
}
