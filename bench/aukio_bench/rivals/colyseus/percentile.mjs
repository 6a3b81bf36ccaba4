// Percentiles as numpy takes them: linear between the two nearest ranks.

/** The `point`-th percentile of `values` (any order, not changed); null of none. */
export function percentile(values, point) {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = ((sorted.length - 1) * point) / 100;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
