import type { Incident } from '../schemas/diagnosis.js';

/** What a person types for an incident: the shortest beginning of its id that no other has, of four digits at least. */
export function shortId({ id }: Incident, among: Incident[]): string {
  const others = among.flatMap(({ id: own, reportIds }) => (own === id ? [] : [own, ...reportIds]));
  for (let length = 4; length < id.length; length++) {
    const beginning = id.slice(0, length);
    if (!others.some((other) => other.startsWith(beginning))) return beginning;
  }
  return id;
}
