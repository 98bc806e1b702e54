/**
 * A mail's quoted-printable body (RFC 2045): `=3D` for an equals sign, and a line broken behind a single one. Told by a
 * word that only so stands behind an equals sign, by a blank at a line's end, or by the mail's own head.
 */
export interface QuotedPrintableReader {
  /** @returns the lines that are whole now: none where the next one goes on with this */
  read(line: string): string[];
  /** lines are passed over: the one at hand is dropped */
  passOver(): void;
  end(): string[];
}

// a blank at a line's end is one only where no name stands before it: "count=20" is no mail's
const told = /\w=3D[\w(/"\-{]|[^\w"'\])]=20$|^content-transfer-encoding: quoted-printable/i;
const longest = 65_536;

export function createQuotedPrintableReader(): QuotedPrintableReader {
  let inside = false;
  let open: string | null = null;

  const end = (): string[] => {
    const whole = open;
    open = null;
    return whole === null ? [] : [decoded(whole)];
  };

  return {
    end,
    passOver() {
      open = null;
    },
    read(line) {
      inside ||= (line.includes('=') || line.startsWith('Content-')) && told.test(line);
      if (!inside) return [line];
      const text = line.replace(/\r$/, '');
      const whole: string = open === null ? text : open + text.replace(/^(?:> ?){1,20}/, '');
      if (/=$/.test(whole) && whole.length < longest) {
        open = whole.slice(0, -1);
        return [];
      }
      open = null;
      return [decoded(whole)];
    },
  };
}

/** Only where every equals sign is one of the encoding's. */
function decoded(text: string): string {
  if (!text.includes('=') || /=(?![\dA-F]{2})/.test(text)) return text;
  return text.replace(/(?:=[\dA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'));
}
