/** Reads when it is first asked for, and keeps the answer. */
export function once<Result>(read: () => Result): () => Result {
  let kept: { result: Result } | null = null;
  return () => {
    kept ??= { result: read() };
    return kept.result;
  };
}
