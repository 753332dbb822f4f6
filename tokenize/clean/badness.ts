/**
 * Whether a text looks like mojibake: UTF-8 that was read as another encoding.
 *
 * The rules are those of ftfy 6.3.1's `badness.py` (Robyn Speer, Apache-2.0): kinds of characters, and neighbours that
 * nobody writes on purpose.
 */

/** Characters by kind; inside a class of a regular expression. */
const COMMON = "\\xa0\\xad·´–—―…’";
const C1 = "\\x80-\\x9f";
const BAD = "¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊\\ufffdªº";
const LAW = "¶§";
const CURRENCY = "¢£¥₧€";
const START = "¡«¿©΄΅‘‚“„•‹\\uf8ff";
const END = "®»˝”›™";
const NUMERIC = "²³¹±¼½¾×µ÷⁄∂∆∏∑√∞∩∫≈≠≡≤≥№";
/** Of faces such as °ل͜°, which are meant. */
const FACES = "Ò-ÖÙ-Üò-öø-üŐŌŪŲ°";
const UPPER = "À-ÑØÜÝĂĀĄĆČĎĐĘĚĒĖĞĢİĪĶĹĽŁĻŃŇŅŒŘŚŞŠŢŤŮŰŸŹŻŽҐ";
const LOWER = "ßà-ñăąāćčďđęěēėğģįīķĺľłļœŕśşšťüźżžґﬁﬂ";
const UPPER_COMMON = "ÞΑ-ΩΆΈΉΊΌΎΏΪΫЁ-Я";
const LOWER_COMMON = "α-ωάέήίΰа-џ";
const BOX = "│┌┐┘├┤┬┼═-╬▀▄█▌▐░▒▓";

const ACCENTED = LOWER + UPPER;
const SYMBOLS = START + END + CURRENCY + NUMERIC + LAW;
/** What may follow Ø and Ù in Arabic letters that were read as Windows-1252. */
const ARABIC = `[${COMMON}${CURRENCY}${BAD}${NUMERIC}${START}ŸŠ®°µ»]`;

/** Python's `\s`. */
const SPACE = "[\\p{White_Space}\\x1c-\\x1f]";

const NEIGHBOURS = [
  `[${C1}]`,
  `[${BAD}${ACCENTED}${BOX}${SYMBOLS}][${BAD}]`,
  `[a-zA-Z][${LOWER_COMMON}${UPPER_COMMON}][${BAD}]`,
  `[${BAD}][${ACCENTED}${BOX}${SYMBOLS}]`,
  `[${LOWER}${LOWER_COMMON}${BOX}${END}${CURRENCY}${NUMERIC}][${UPPER}]`,
  `[${BOX}${END}${CURRENCY}${NUMERIC}][${LOWER}]`,
  `[${LOWER}${BOX}${END}][${CURRENCY}]`,
  `${SPACE}[${UPPER}][${CURRENCY}]`,
  `[${UPPER}${BOX}][${NUMERIC}${LAW}]`,
  `[${ACCENTED}${BOX}${CURRENCY}${END}][${START}][${NUMERIC}]`,
  `[${ACCENTED}${CURRENCY}${NUMERIC}${BOX}${LAW}][${END}][${START}]`,
  `[${CURRENCY}${NUMERIC}${BOX}][${START}]`,
  `[a-z][${UPPER}][${START}${CURRENCY}]`,
  `[${BOX}][${FACES}]`,
  `[${ACCENTED}${SYMBOLS}][${BOX}]`,
  `[${BOX}][${END}]`,
  `[${ACCENTED}][${START}${END}][\\p{L}\\p{N}_]`,
  // œ stands before a letter without an accent.
  "[Œœ][^A-Za-z]",
  `[${UPPER}]°`,
];

/** Beginnings of UTF-8 read as one page or another that the kinds do not tell. */
const SEQUENCES = [
  // Windows-1252: Latin, Greek and Cyrillic letters, ², Arabic, India's scripts, à and á.
  `[ÂÃÎÐ][€œŠš¢£Ÿž\\xa0\\xad®©°·»${START}${END}–—´]`,
  "×[²³]",
  `[ØÙ]${ARABIC}[ØÙ]${ARABIC}`,
  "à[²µ¹¼½¾]",
  "Ã[\\xa0¡]",
  `[a-z]${SPACE}?[ÃÂ] `,
  "^[ÃÂ] ",
  `[a-z.,?!${END}]Â[ ${START}${END}]`,
  // Mac Roman.
  "√[±∂†≠®™´≤≥¥µø]",
  "≈[°¢]",
  "‚Ä[ìîïòôúùû†°¢π]",
  "‚[âó][àä°ê]",
  // Windows-1251, once and twice.
  "вЂ",
  `[ВГРС][${C1}${BAD}${START}${END}${CURRENCY}°µ][ВГРС]`,
  "ГўВЂВ.[A-Za-z ]",
  // Windows-1253 and 1257.
  "β€[™\\xa0Ά\\xad®°]",
  `[ΒΓΞΟ][${C1}${BAD}${START}${END}${CURRENCY}°][ΒΓΞΟ]`,
  "ā€",
];

const BADNESS = new RegExp([...NEIGHBOURS, ...SEQUENCES].join("|"), "u");

/** Whether neighbours in it speak for mojibake. */
export function isBad(text: string): boolean {
  return BADNESS.test(text);
}
