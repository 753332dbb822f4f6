/** How a setting's value is repeated to whoever set it: by mistake it may hold what nobody else is to read. */

/** What a line can show as it is, without blanks at its ends. */
const PLAIN = /^(?! )[\x20-\x7e]{1,100}(?<! )$/;
const LENGTH_MAX = 100;
const CREDENTIALS = /\/\/[^/]*@/g;

/** A value in a message: quoted where a line break, a blank or nothing at all would not be seen. */
export function shownValue(text: string): string {
  const open = text.replaceAll(CREDENTIALS, "//<redacted>@");
  if (PLAIN.test(open)) return open;
  const cut = open.length > LENGTH_MAX ? `${open.slice(0, LENGTH_MAX)}…` : open;
  return JSON.stringify(cut);
}
