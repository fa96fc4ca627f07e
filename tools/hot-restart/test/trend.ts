/** A measurement after so many restarts. */
export interface Sample {
  restart: number;
  value: number;
}

const PARTS = 4;

/**
 * How steadily a value grows, per restart: the median of the slopes of three quarters, so that one step does not count,
 * however high. The first quarter is left out: code is still being compiled and caches fill.
 */
export function growthPerRestart(samples: Sample[]): number {
  const size = samples.length / PARTS;
  const parts = Array.from({ length: PARTS }, (_, part) =>
    samples.slice(Math.floor(part * size), Math.floor((part + 1) * size)),
  );
  return median(parts.slice(1).map(slope));
}

/** The median of the slopes between all pairs (Theil–Sen), which outliers do not move; 0 of less than two. */
function slope(samples: Sample[]): number {
  return median(
    samples.flatMap((from, index) =>
      samples.slice(index + 1).map((to) => (to.value - from.value) / (to.restart - from.restart)),
    ),
  );
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
