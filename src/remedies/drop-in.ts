import { shellQuote } from '../text/quote.js';

/** A setting of a unit that stays, as systemd.unit(5) has it: from its next start on. */
export function dropInCommand(unit: string, file: string, setting: string): string {
  const folder = `/etc/systemd/system/${unit}.d`;
  return `sudo mkdir -p ${shellQuote(folder)} && printf '[Service]\\n%s\\n' ${shellQuote(setting)} | sudo tee ${shellQuote(`${folder}/${file}`)} && sudo systemctl daemon-reload`;
}
