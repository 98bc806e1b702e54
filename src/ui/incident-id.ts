import type { Incident } from '../schemas/diagnosis.js';

const shortest = 4;
/** for each beginning of an id the incident that alone has it; null where several do */
const owners = new WeakMap<Incident[], Map<string, string | null>>();

/** What a person types for an incident: the shortest beginning of its id that no other has, of four digits at least. */
export function shortId({ id }: Incident, among: Incident[]): string {
  let owned = owners.get(among);
  if (!owned) {
    owned = ownersOf(among);
    owners.set(among, owned);
  }
  for (let length = shortest; length < id.length; length++) {
    const beginning = id.slice(0, length);
    if (owned.get(beginning) === id) return beginning;
  }
  return id;
}

function ownersOf(among: Incident[]): Map<string, string | null> {
  const owned = new Map<string, string | null>();
  for (const { id, reportIds } of among) {
    for (const other of [id, ...reportIds]) {
      for (let length = shortest; length < other.length; length++) {
        const beginning = other.slice(0, length);
        const owner = owned.get(beginning);
        owned.set(beginning, owner === undefined || owner === id ? id : null);
      }
    }
  }
  return owned;
}
