import type { Incident } from '../schemas/diagnosis.js';

const shortest = 4;

/** Of a list of incidents, by each beginning of their ids: whose it is, null where it is of several. */
const owners = new WeakMap<Incident[], Map<string, string | null>>();

/** What a person types for an incident: the shortest beginning of its id that no other has, of four digits at least. */
export function shortId({ id }: Incident, among: Incident[]): string {
  const known = owners.get(among) ?? ownersOf(among);
  owners.set(among, known);
  for (let length = shortest; length < id.length; length++) {
    const beginning = id.slice(0, length);
    const owner = known.get(beginning);
    if (owner === undefined || owner === id) return beginning;
  }
  return id;
}

function ownersOf(among: Incident[]): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const { id, reportIds } of among) {
    for (const own of new Set([id, ...reportIds])) {
      for (let length = shortest; length < own.length; length++) {
        const beginning = own.slice(0, length);
        const owner = found.get(beginning);
        found.set(beginning, owner === undefined || owner === id ? id : null);
      }
    }
  }
  return found;
}
