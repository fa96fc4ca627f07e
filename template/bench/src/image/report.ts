import { compare, type Build, type Target } from './builds.ts';

/** The cost of a change: the build of each image after it, with the image before. */
export interface Measured {
  readonly change: string;
  readonly builds: readonly { readonly before: Build | undefined; readonly after: Build }[];
}

export interface ImageReport {
  readonly date: string;
  readonly machine: string;
  readonly sizes: readonly { service: string; target: Target; megabytes: number; addedToBase: number }[];
  readonly changes: readonly {
    change: string;
    target: Target;
    services: readonly { service: string; seconds: number; reused: number; rebuilt: number }[];
  }[];
}

export function summarize(
  measured: readonly Measured[],
  bases: Readonly<Record<Target, number>>,
  context: Pick<ImageReport, 'date' | 'machine'>,
): ImageReport {
  const [first] = measured;
  const targets: Target[] = ['dev', 'prod'];
  return {
    ...context,
    sizes: (first?.builds ?? []).map(({ after: { service, target, megabytes } }) => ({
      ...{ service, target, megabytes: round(megabytes) },
      addedToBase: round(megabytes - bases[target]),
    })),
    changes: measured.slice(1).flatMap(({ change, builds }) =>
      targets.map((target) => ({
        ...{ change, target },
        services: builds
          .filter(({ after }) => after.target === target)
          .map(({ before, after }) => ({
            service: after.service,
            seconds: round(after.seconds),
            ...compare(before?.layers ?? [], after.layers),
          })),
      })),
    ),
  };
}

/** Markdown tables: what the guide shows. */
export function tables(report: ImageReport): string {
  const services = report.changes[0]?.services.map(({ service }) => service) ?? [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = (...cells: string[]) => [line(cells), line(cells.map(() => '---'))];
  return [
    `${report.machine}, ${report.date}`,
    '',
    "Seconds of a build, and how many of the image's layers it made anew:",
    '',
    ...head('change', 'target', ...services),
    ...report.changes.map(({ change, target, services: results }) =>
      line([
        ...[change, target],
        ...results.map(({ seconds, reused, rebuilt }) => `${seconds} s, ${rebuilt} of ${reused + rebuilt}`),
      ]),
    ),
    '',
    'Sizes:',
    '',
    ...head('image', 'target', 'size', 'added to its base'),
    ...report.sizes.map(({ service, target, megabytes, addedToBase }) =>
      line([service, target, `${megabytes} MB`, `${addedToBase} MB`]),
    ),
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
