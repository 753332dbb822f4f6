"""Texts that are hard to clean and to cut into words, by kind: what make_tokens.py gives to open_clip."""

import html.entities
import random
from collections.abc import Callable

SENTENCES = [
    "a café in Málaga, “open” since 1998… it’s lovely – déjà vu!",
    "Übergrößenträger – schöne Grüße aus Köln, 20 € für zwei Äpfel",
    "l’été à la plage, où l’on voit des élèves très gâtés & çà et là",
    "ação e coração às três da manhã, àquele avô",
    "el niño comió piñata ¿por qué? ¡olé! ½ kg",
    "żółta łódź płynie źle, święto i ćma",
    "příliš žluťoučký kůň úpěl ďábelské ódy",
    "árvíztűrő tükörfúrógép",
    "фото кота на диване, очень хорошее качество",
    "їжак їсть яблуко біля ґанку",
    "Ο ΟΔΥΣΣΕΥΣ και ΣΑΣ, φωτογραφία μιας γάτας ΆΣ",
    "ışık ve İSTANBUL’da güneş, ğüşöç",
    "šuns nuotrauka, ąžuolas ir ėglė",
    "صورة قطة على الأريكة، جميلة جدا ١٢٣",
    "תמונה של חתול על הספה",
    "बिल्ली की तस्वीर सोफ़े पर १२३",
    "ภาพแมวบนโซฟาสวยมาก ๑๒๓",
    "ソファの上の猫の写真、とてもかわいい。ﾊﾝｶｸ ｶﾞｷﾞ",
    "沙发上的猫的照片，非常可爱！１２３ＡＢＣ",
    "소파 위의 고양이 사진 아주 예쁘다",
    "ảnh con mèo trên ghế sô pha rất đẹp",
    "don't we've I'm they'll he'd you're DOG'S IT'S o'clock '90s rock'n'roll",
    "¯\\_(ツ)_/¯ (╯°□°)╯︵ ┻━┻ ಠ_ಠ ʕ•ᴥ•ʔ",
    "5 × 3 = 15 ± 0.5 µm² ≤ 10³ ≠ ∞, №7 §12 ¶ © ® ™ ª º 30°C",
]
EMOJI = [
    "😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "❤️", "🧑🏿‍🚀", "1️⃣", "🐱", "🐈‍⬛", "☕", "✂︎", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🫠", "😂😂😂",
]
ODD = list("‘’‚‛“”„‟–—―…•†‡‹›«»‰™©®§¶¬¦¤¨¯´¸ˆˇ˘˛˜ƒªº°¿¡") + [
    "\u00a0", "\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u202a", "\u202e", "\u2028", "\u2029", "\u3000",
    "\ufeff", "\ufffd", "\ufffc", "\ufff9", "\u206a", "\u0085", "\u180e", "\u1680", "\u2003", "\u202f", "\u205f",
]  # fmt: skip
LIGATURES = list("ĲĳŉǱǲǳǄǅǆǇǈǉǊǋǌﬀﬁﬂﬃﬄﬅﬆæœßẞſK") + ["ﬁsh", "oﬃce", "ﬂuﬃeﬆ", "ﷺ", "㎏", "①"]
PAGES = ["latin-1", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257", "iso-8859-2", "mac-roman", "cp437"]
NAMES = sorted(html.entities.html5)
EDGES = [
    "", " ", "\n", "\t \r\n", "\ud800", "a\udc00b", "\udc00\ud83d", "&#0;", "&#xD800;", "&#1114112;", "&#x80;&#x9f;",
    "&#59;", "&#38;amp;", "&amp;amp;amp;lt;b&gt;", "&amp;#38;#x3c;", "<b>&amp;</b>", "a<b\n&eacute;", "&eacute;\n<&eacute;",
    "&notit; &not", "&NTILDE;&ntilde;&nTILDE;", "&SZLIG;", "&LTIMES;", "&copy2019", "AT&T", "Q&A &c.", "&;", "&#;", "&#x;",
    "&CounterClockwiseContourIntegral;", "&CounterClockwiseContourIntegral", "&ThickSpace;x&nbsp;y", "&fjlig;", "&bne;",
    "&#xFEFF x", "&#x7f;a&#1;b&#xfdd0;c&#xffff;d", "&#13;&#10;", "<start_of_text>", "<END_OF_TEXT> after",
    "a<start_of_text>b<end_of_text>", "!<start_of_text>", "<ſtart_of_text>", "it'ſ", "DOG'S 'S 'LL 'RE", "x'st",
    "\x1b[31mred\x1b[0m", "\x1b[1;2x\x1b[;m\x1b[", "\x1b［３１ｍwide", "a\x1cb\x1db\x0bc\x0cd", "\x00\x01\x7f",
    "ΑΣ", "ΑΣ.", "Σ", "ΑΣ'Β", "ΑΣ\u0345", "İ", "I\u0307", "DŽ", "K\u212aÅ\u212b",
    "1½²³①Ⅷ", "١٢٣", "a1b2", "100,000.50$", "__init__", "#tag @user", "http://a.b/c?d=e&f=g", "C++ / C#", "...!!!???",
    "e\u0301", "a\u0301\u0323", "a\u0345b", "\u1112\u1161\u11ab", "\u0958", "\u2126", "q\u0307\u0323" * 20,
    "Ã ", "Ã©", "Â ", "a Â b", "Ã la mode", "voilÃ le travail", "fÃ cil", "Ã s vezes", "Ã quele", "â€œlikeâ€\ufffd",
    "â€™", "Ã\x83Â©", "Ð\x9fÑ\x80Ð¸Ð²ÐµÑ\x82", "ðŸ˜\x8d", "ð\x9f\x98\x82 Â»", "í\xa0½í¸\x80", "Ã\x80\x80", "â€œ À\nb",
    "Â\x80\x81", "\x80\x85\x93quoted\x94", "\x81\x8d", "â€œ\ufffdâ€?", "Ã? Â? ï¿½", "л─º", "√©t√©", "‚Äútest‚Äù",
    "вЂњtestвЂќ", "β€™", "ā€™", "ГўВЂВњ a", "à²•à²¨à³\x8dà²¨à²¡", "œuvre Œ", "× ²³ Ø£Ù\x84", "30°C É°", "CAFÉ® É™ É»¿x",
    "Beyoncé™ à£5 à€", "╨┐╤А╨╕", "├⌐t├⌐", "\u00c3\u00a0 la", "Ä\u00b1", "a…\u0085b",
    "φáÇφ╝\nb", "├áφáüφ╣\u001a\nb", "&" + "amp;" * 15 + "lt; b", "&" + "amp;" * 24 + "lt; b",
    "\u1c89", "\ua7cb", "\U00010d50", "\U000105d2\u0307", "a\u0897\u0334",
    "\u0558", "\u1c5b\ua7f1", "\U000323b0\U00033479", "\U0003d000!", "\U00011de0", "\U0001df30s",
]  # fmt: skip


def kinds(chance: random.Random) -> dict[str, Callable[[], str]]:
    """A maker of texts for each kind."""

    def sentence() -> str:
        return chance.choice(SENTENCES)

    def part(text: str) -> str:
        start = chance.randrange(max(1, len(text)))
        return text[start : start + chance.randint(1, 24)]

    def entity() -> str:
        name = chance.choice(NAMES)
        number = chance.choice([chance.randrange(0x300), chance.randrange(0x11000), chance.randrange(0x120000)])
        return chance.choice([
            f"&{name}", f"&{name}", f"&{name.rstrip(';')}", f"&{name.upper()}", f"&{name.lower()}", f"&amp;{name}",
            f"&amp;amp;{name}", f"&#{number};", f"&#x{number:x};", f"&#X{number:X}", f"&#{number}", "&amp;", "&", "<", "&lt;",
        ])  # fmt: skip

    def mojibake() -> str:
        text = part(sentence()) if chance.random() < 0.5 else sentence()
        for _ in range(chance.choice([1, 1, 1, 2])):
            page = chance.choice(PAGES)
            if chance.random() < 0.6:
                page = chance.choice(["latin-1", "cp1252"])
            errors = chance.choice(["replace", "ignore"])
            text = text.encode("utf-8", "surrogatepass").decode(page, errors)
        if chance.random() < 0.2:
            text = text.replace("\xa0", " ")
        return text

    def odd() -> str:
        return "".join(chance.choice([chance.choice(ODD), chance.choice(ODD), part(sentence())]) for _ in range(8))

    def wide() -> str:
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and chance.random() < 0.8 else c for c in sentence())

    def marks() -> str:
        return "".join(c + chr(chance.choice([0x300, 0x301, 0x308, 0x323, 0x327, 0x345])) * chance.choice([0, 0, 1, 2])
                       for c in part(sentence()))  # fmt: skip

    def controls() -> str:
        return "".join(chance.choice([chr(chance.randrange(0x20)), chr(chance.randrange(0x7F, 0xA1)), "\x1b[3%dm" % chance.randrange(9),
                                      "\r\n", part(sentence())]) for _ in range(6))  # fmt: skip

    def any_characters() -> str:
        high = chance.choice([0x250, 0x600, 0x3100, 0x20000, 0x40000])
        codes = [chance.randrange(high) for _ in range(chance.randint(1, 12))]
        return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)

    def latin() -> str:
        alphabet = "".join(chr(code) for code in range(0xA0, 0x180)) + "".join(ODD[:46]) + "abcXYZ  "
        return "".join(chance.choice(alphabet) for _ in range(chance.randint(2, 14)))

    def mixed() -> str:
        makers = [sentence, entity, mojibake, odd, wide, marks, lambda: chance.choice(EMOJI), lambda: chance.choice(LIGATURES)]
        return chance.choice(["", " ", " ", "\n"]).join(chance.choice(makers)() for _ in range(chance.randint(2, 6)))

    return {
        "sentence": lambda: sentence() + chance.choice(["", " ", " "]) + part(sentence()),
        "case": lambda: chance.choice([str.upper, str.title, str.swapcase])(sentence()),
        "entities": lambda: "".join(chance.choice([entity(), entity(), part(sentence())]) for _ in range(5)),
        "emoji": lambda: "".join(chance.choice([chance.choice(EMOJI), " ", part(sentence())]) for _ in range(7)),
        "mojibake": mojibake,
        "embedded mojibake": lambda: f"{part(sentence())} {mojibake()}{part(sentence())}",
        "quotes": odd,
        "width": wide,
        "ligatures": lambda: "".join(chance.choice([*LIGATURES, " ", part(sentence())]) for _ in range(8)),
        "marks": marks,
        "controls": controls,
        "any characters": any_characters,
        "latin": latin,
        "mixed": mixed,
        "long": lambda: " ".join(sentence() for _ in range(3)),
    }


def nasty_texts(count: int, seed: int) -> list[str]:
    """The edges first, then texts of all kinds by turns."""
    made = list(kinds(random.Random(seed)).values())
    texts = list(EDGES)
    while len(texts) < count:
        texts.append(made[len(texts) % len(made)]())
    return texts[:count]
