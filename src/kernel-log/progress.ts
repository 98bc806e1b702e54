/** Told how far the reading of a log is, many times a second: whoever shows it says less often. */
export interface Progress {
  /** @param ofBytes how long the whole is; null where nobody knows */
  read(name: string, bytes: number, ofBytes: number | null): void;
  end(): void;
}
