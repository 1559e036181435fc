//! Bytes to characters: byte order mark, patterns, UTF-8 when it is valid, then what is declared.

use super::Repairs;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// How far into the document an XML declaration is looked for.
const DECLARATION_WINDOW: usize = 1024;

/// Reads the characters of a document. Valid UTF-8 wins over whatever server and document claim,
/// because a wrong claim is far more frequent than another encoding that happens to be valid UTF-8.
pub(super) fn decode<'b>(
    bytes: &'b [u8],
    content_type: Option<&str>,
    repairs: &mut Repairs,
) -> Cow<'b, str> {
    if let Some(text) = utf32(bytes) {
        return Cow::Owned(text);
    }
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        let (text, bad) = encoding.decode_without_bom_handling(bytes.get(bom..).unwrap_or(&[]));
        if bad {
            repairs.add("encoding");
        }
        return text;
    }
    if let Some(encoding) = utf16_pattern(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let served = || content_type.and_then(charset);
    if let Ok(text) = std::str::from_utf8(bytes) {
        // The one family that is valid UTF-8 and yet is not: escapes of ISO-2022-JP.
        let escaped = text.contains('\u{1b}');
        let stateful = if escaped { served().or_else(|| declaration(bytes)) } else { None };
        return match stateful.filter(|e| e.name() == "ISO-2022-JP") {
            Some(encoding) => encoding.decode(bytes).0,
            None => Cow::Borrowed(text),
        };
    }
    if mostly_utf8(bytes) {
        repairs.add("encoding");
        return String::from_utf8_lossy(bytes);
    }
    let encoding = [served(), declaration(bytes)]
        .into_iter()
        .flatten()
        .find(|e| *e != UTF_8 && *e != UTF_16BE && *e != UTF_16LE);
    if encoding.is_none() {
        repairs.add("encoding");
    }
    encoding.unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0
}

/// The `charset` parameter of a content type.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes()))
            .flatten()
    })
}

/// The `encoding` of an XML declaration near the start.
fn declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..DECLARATION_WINDOW).unwrap_or(bytes));
    let (_, rest) = head.split_once("<?xml")?;
    let (inside, _) = rest.split_once("?>")?;
    let (_, value) = inside.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value.split(quote).nth(1)?;
    Encoding::for_label(label.trim().as_bytes())
}

/// UTF-16 without a byte order mark: every other byte of the first characters is zero.
fn utf16_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<' | b'{', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<' | b'{', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-32 with byte order mark, or recognised by the pattern of its first character.
fn utf32(bytes: &[u8]) -> Option<String> {
    let (big, body) = match bytes {
        [0, 0, 0xfe, 0xff, body @ ..] => (true, body),
        [0xff, 0xfe, 0, 0, body @ ..] => (false, body),
        [0, 0, 0, b'<' | b'{', ..] => (true, bytes),
        [b'<' | b'{', 0, 0, 0, ..] => (false, bytes),
        _ => return None,
    };
    let (units, _) = body.as_chunks::<4>();
    let unit = |u: &[u8; 4]| if big { u32::from_be_bytes(*u) } else { u32::from_le_bytes(*u) };
    Some(units.iter().map(|u| char::from_u32(unit(u)).unwrap_or('\u{fffd}')).collect())
}

/// Few bad bytes among many good multi-byte characters, or only a last character cut short: it is
/// UTF-8 with an accident, and reading all of it as Latin-1 would spoil every umlaut.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad, mut rest) = (0usize, 0usize, bytes);
    loop {
        let (valid, next) = match std::str::from_utf8(rest) {
            Ok(text) => (text, None),
            Err(e) => {
                let (head, tail) = rest.split_at_checked(e.valid_up_to()).unwrap_or((rest, &[]));
                let skip = e.error_len();
                bad += usize::from(skip.is_some());
                (std::str::from_utf8(head).unwrap_or_default(), skip.and_then(|n| tail.get(n..)))
            }
        };
        good += valid.chars().filter(|c| !c.is_ascii()).count();
        match next {
            Some(tail) => rest = tail,
            None => return bad == 0 || bad.saturating_mul(10) <= good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], content_type: Option<&str>) -> (String, Vec<String>) {
        let mut repairs = Repairs::default();
        let text = decode(bytes, content_type, &mut repairs);
        (text.into_owned(), repairs.into_names())
    }

    #[test]
    fn valid_utf8_wins_over_every_claim() {
        let xml = "<?xml version='1.0' encoding='ISO-8859-1'?><rss>Köln</rss>";
        let (text, repairs) = read(xml.as_bytes(), Some("text/xml; charset=iso-8859-1"));
        assert!(text.contains("Köln"));
        assert!(repairs.is_empty());
    }

    #[test]
    fn the_charset_of_the_answer_comes_before_the_declaration() {
        let xml = b"<?xml version='1.0' encoding='iso-8859-1'?><rss>\xa3</rss>";
        assert!(read(xml, Some("text/xml; charset=\"iso-8859-2\"")).0.contains('Ł'));
        assert!(read(xml, None).0.contains('£'));
    }

    #[test]
    fn latin_bytes_without_or_with_a_wrong_claim_are_windows_1252() {
        let (text, repairs) = read(b"<rss>K\xf6ln \x96 \x84Zitat\x93</rss>", None);
        assert_eq!(text, "<rss>Köln – „Zitat“</rss>");
        assert_eq!(repairs, ["encoding"]);
        assert_eq!(
            read(b"<rss>K\xf6ln</rss>", Some("text/xml; charset=utf-8")).0,
            "<rss>Köln</rss>"
        );
    }

    #[test]
    fn one_bad_byte_spoils_one_character_only() {
        let mut bytes = "<rss>Köln Düsseldorf Münster Nürnberg Würzburg Görlitz ÄÖÜß äöü"
            .to_owned()
            .into_bytes();
        bytes.push(0xff);
        let (text, repairs) = read(&bytes, None);
        assert!(text.contains("Würzburg") && text.ends_with('\u{fffd}'));
        assert_eq!(repairs, ["encoding"]);
    }

    #[test]
    fn a_last_character_cut_short_is_still_utf8() {
        let cut = "<rss>Kö".as_bytes().get(..7).unwrap();
        assert_eq!(read(cut, None).0, "<rss>K\u{fffd}");
        assert_eq!(read(&[b'a', 0xe2, 0x80], None).0, "a\u{fffd}");
    }

    #[test]
    fn wide_encodings_are_read_with_and_without_mark() {
        let units: Vec<u16> = "<rss>Köln</rss>".encode_utf16().collect();
        let le: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
        for bytes in
            [le.clone(), be.clone(), marked(&[0xff, 0xfe], &le), marked(&[0xfe, 0xff], &be)]
        {
            assert_eq!(read(&bytes, None).0, "<rss>Köln</rss>");
        }
        let wide: Vec<u8> =
            "<rss>Köln</rss>".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(read(&wide, None).0, "<rss>Köln</rss>");
        assert_eq!(read(b"\xef\xbb\xbf{}", None).0, "{}");
    }
}
