//! Bytes to text: byte order mark, then the header, then the `meta` element, then windows-1252.
//!
//! Two corrections that news sites need: bytes that are valid UTF-8 beyond ASCII are UTF-8,
//! whatever a single-byte label says; and a UTF-8 label over bytes with no valid sequence at all
//! is windows-1252.

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into the document a `meta` element is looked for.
const META_WITHIN: usize = 4096;

/// File types that servers send under an HTML label.
const MAGIC: [&[u8]; 10] = [
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"RIFF",
    b"ID3",
    b"\x00\x00\x00\x18ftyp",
    b"\x28\xb5\x2f\xfd",
];

/// Whether header and first bytes allow the document to be HTML.
pub(super) fn may_be_html(bytes: &[u8], content_type: Option<&str>) -> bool {
    let media = content_type
        .and_then(|c| c.split(';').next())
        .map(|m| m.trim().to_ascii_lowercase())
        .unwrap_or_default();
    let labelled = media.is_empty()
        || media.contains("html")
        || matches!(
            &*media,
            "text/plain" | "text/xml" | "application/xml" | "application/octet-stream" | "*/*"
        );
    labelled && !MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

/// The text of a document.
pub(super) fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        let body = bytes.get(skip..).unwrap_or_default();
        return encoding.decode_without_bom_handling(body).0.into_owned();
    }
    let header = content_type.and_then(|c| label_in(c.as_bytes()));
    let declared = header.or_else(|| in_meta(bytes)).map(|encoding| {
        // What could be read as ASCII to find the label is not UTF-16.
        if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }
    });
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        // The document was cut in the middle of its last character.
        Err(e) if e.error_len().is_none() => {
            let whole = bytes.get(..e.valid_up_to()).and_then(|b| std::str::from_utf8(b).ok());
            whole.filter(|text| !text.is_ascii())
        }
        Err(_) => None,
    };
    // ISO-2022-JP is plain ASCII bytes with escape sequences.
    if let Some(text) = valid.filter(|_| declared != Some(ISO_2022_JP)) {
        return text.to_owned();
    }
    match declared {
        Some(encoding) if encoding == UTF_8 => {
            let text = UTF_8.decode_without_bom_handling(bytes).0;
            if text.chars().any(|c| !c.is_ascii() && c != char::REPLACEMENT_CHARACTER) {
                text.into_owned()
            } else {
                WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
            }
        }
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn in_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..META_WITHIN).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head);
    super::scan::Scanner::new(&text).find_map(|token| match token {
        super::scan::Token::Open(tag) if tag.name == "meta" => tag
            .attribute("charset")
            .and_then(|label| Encoding::for_label(label.as_bytes()))
            .or_else(|| tag.attribute("content").and_then(|c| label_in(c.as_bytes()))),
        _ => None,
    })
}

/// The encoding named by `charset=…` in a header or a `content` attribute.
fn label_in(text: &[u8]) -> Option<&'static Encoding> {
    let text = std::str::from_utf8(text).ok()?.to_ascii_lowercase();
    let after = text.split_once("charset")?.1.trim_start().strip_prefix('=')?.trim_start();
    let label = after.trim_start_matches(['"', '\'']).split(['"', '\'', ';', ' ', ',']).next()?;
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_order_is_mark_header_meta_default() {
        let umlaut = b"<p>M\xfcnchen";
        assert_eq!(decode(b"\xef\xbb\xbfM\xc3\xbc", Some("text/html; charset=koi8-r")), "Mü");
        assert_eq!(decode(b"\xff\xfeM\0\xfc\0", None), "Mü");
        assert_eq!(decode(umlaut, Some("text/html; charset=\"ISO-8859-1\"")), "<p>München");
        assert_eq!(
            decode(b"<meta charset=windows-1251>\xcc", None),
            "<meta charset=windows-1251>М"
        );
        assert_eq!(
            decode(
                b"<meta http-equiv=content-type content='text/html; charset=iso-8859-2'>\xb3",
                None
            ),
            "<meta http-equiv=content-type content='text/html; charset=iso-8859-2'>ł"
        );
        assert_eq!(decode(umlaut, None), "<p>München");
        assert_eq!(decode(b"<p>M\xc3\xbcnchen \xe2\x80", None), "<p>München ");
        assert_eq!(decode(b"\x84Zitat\x93", None), "„Zitat“");
    }

    #[test]
    fn wrong_labels_are_corrected() {
        assert_eq!(decode("Köln".as_bytes(), Some("text/html; charset=iso-8859-1")), "Köln");
        assert_eq!(decode(b"K\xf6ln", Some("text/html; charset=utf-8")), "Köln");
        assert_eq!(decode(b"<meta charset=utf-16>K\xc3\xb6ln", None), "<meta charset=utf-16>Köln");
    }

    #[test]
    fn other_file_types_are_told_apart() {
        assert!(may_be_html(b"<p>", Some("text/html; charset=utf-8")));
        assert!(may_be_html(b"<p>", None));
        assert!(!may_be_html(b"%PDF-1.7", Some("text/html")));
        assert!(!may_be_html(b"{}", Some("application/json")));
        assert!(!may_be_html(b"", Some("image/png")));
    }
}
