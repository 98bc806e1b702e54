/** The candidate that was most likely meant; null where none is near. For "did you mean …?". */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const wanted = word.slice(0, 64).toLowerCase();
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= Math.max(2, Math.floor(near.candidate.length / 3)) ? near.candidate : null;
}

/** "did you mean limit?", else what there is to choose from. */
export function suggest(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant ? `did you mean ${meant}?` : `there are ${candidates.join(', ')}`;
}

/** Levenshtein's, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
