//! The ways to misbehave: name, the class each ends in, and what the server does.
//!
//! The class is that of an error (docs/errors.md), or what the reader makes of the document: `read`,
//! `partial`, `not_a_feed`; or `unchanged`.

use crate::parts::{
    CHUNKED, FEED_TYPE, OPEN, answer, bomb, coded_apart, feed, great_bomb, redirect, text, with,
};
use crate::server::Script;
use crate::server::Step::{Drip, Forever, Hang, Reset, Send};

pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) class: &'static str,
    pub(crate) script: Script,
}

macro_rules! ways {
    ($( $name:ident => $class:literal, $script:expr; )*) => {
        /// All of them.
        pub(crate) const WAYS: &[Way] =
            &[ $( Way { name: stringify!($name), class: $class, script: $script } ),* ];

        $( #[tokio::test] async fn $name() { crate::one(stringify!($name)).await; } )*
    };
}

const BOT_WALL: &[u8] = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>\
    <script>window._cf_chl_opt = {};</script></body></html>";
const HTML: &[u8] =
    b"<!DOCTYPE html><html><head><title>Blatt</title></head><body><h1>Willkommen</h1>\
    <p>Nachrichten aus der Stadt.</p></body></html>";
const CONSENT: &[u8] = b"<!DOCTYPE html><html><head><title>Zustimmung</title></head><body>\
    <p>Wir und unsere Partner verwenden Cookies.</p><button>Alle akzeptieren</button></body></html>";

ways! {
    // Time.
    never_answers => "timeout", |_| vec![Hang];
    drips_its_headers => "timeout", |_| vec![text("HTTP/1.1 200 x\r\n"), Drip(b"x-a: b\r\n".to_vec(), 30)];
    informs_without_end => "timeout", |_| vec![Forever(b"HTTP/1.1 100 x\r\n\r\n".to_vec())];
    stalls_in_the_body => "timeout", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: 999\r\n\r\n<rss"), Hang];
    drips_its_body => "slow", |_| vec![text(OPEN), Drip(b"<rss>".to_vec(), 20)];
    drips_its_chunks => "slow", |_| vec![text(CHUNKED), Drip(b"1\r\n<\r\n".to_vec(), 20)];
    drips_a_refusal => "http_403", |_| vec![text("HTTP/1.1 403 x\r\n\r\n"), Drip(b"nein".to_vec(), 20)];
    answers_no_tls_greeting => "timeout", |ask| if ask.has(b"GET") { redirect(&format!("https://{}/", ask.at)) } else { vec![Hang] };

    // Connection.
    closes_at_once => "io", |_| vec![];
    closes_in_the_headers => "io", |_| vec![text("HTTP/1.1 200 x\r\ncontent-le")];
    resets => "io", |_| vec![Reset];
    resets_in_the_body => "io", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: 999\r\n\r\n<rss"), Reset];
    sends_half_of_the_body => "io", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: 9999\r\n\r\n"), Send(feed(3))];
    ends_in_a_chunk => "io", |_| vec![text(CHUNKED), text("ff\r\n<rss")];

    // HTTP.
    speaks_smtp => "protocol", |_| vec![text("220 mail.blatt.example ESMTP\r\n")];
    sends_noise => "protocol", |_| vec![Forever((0..=255).collect())];
    sends_http_0_9 => "protocol", |_| vec![Send(feed(3))];
    speaks_http_7 => "protocol", |_| vec![text("HTTP/7.3 200 x\r\n\r\n"), Send(feed(3))];
    says_two_lengths => "protocol", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\n<rss/>")];
    says_a_negative_length => "protocol", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: -1\r\n\r\n<rss/>")];
    says_too_short_a_length => "partial", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: 200\r\n\r\n"), Send(feed(9))];
    says_an_immense_length => "too_large", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: 99999999999\r\n\r\n"), Send(feed(3))];
    says_length_and_chunks => "read", |_| vec![text("HTTP/1.1 200 x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"), text(&format!("{:x}\r\n", feed(3).len())), Send(feed(3)), text("\r\n0\r\n\r\n")];
    sends_chunks_of_nonsense => "protocol", |_| vec![text(CHUNKED), text("zwölf\r\n<rss/>\r\n")];
    sends_an_immense_chunk => "protocol", |_| vec![text(CHUNKED), text("ffffffffffffffffff\r\n<rss/>")];
    extends_a_chunk_without_end => "protocol", |_| vec![text(CHUNKED), text("5;"), Forever(b"x=y;".to_vec())];
    sends_headers_without_end => "too_large", |_| vec![text("HTTP/1.1 200 x\r\n"), Forever(b"x-a: b\r\n".to_vec())];
    sends_one_giant_header => "too_large", |_| vec![text("HTTP/1.1 200 x\r\nx-a: "), Forever(vec![b'a'; 4_096])];
    sends_a_large_header => "too_large", |_| with(&format!("x-a: {}\r\n", "a".repeat(70_000)), &feed(3));
    switches_protocols => "http_other", |_| vec![text("HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"), Hang];
    demands_an_upgrade => "http_4xx", |_| answer(426, "upgrade: TLS/1.3\r\n", b"");
    speaks_tls_on_the_plain_port => "protocol", |_| vec![Send(vec![0x15, 3, 3, 0, 2, 2, 40])];
    speaks_plainly_on_the_tls_port => "tls", |ask| if ask.has(b"GET") { redirect(&format!("https://{}/", ask.at)) } else { answer(400, "", b"kein TLS") };
    signs_its_own_certificate => "tls", |_| redirect(&format!("https://{}/feed", crate::tls::self_signed()));

    // Redirects.
    redirects_to_itself => "redirect", |ask| redirect(&format!("http://{}/feed", ask.at));
    redirects_in_a_circle => "redirect", |ask| redirect(if ask.has(b"GET /a ") { "/b" } else { "/a" });
    redirects_for_ever => "redirect", |ask| redirect(&format!("/{}", ask.nth));
    redirects_to_a_private_address => "blocked_address", |_| redirect("http://10.0.0.1/feed");
    redirects_to_cloud_metadata => "blocked_address", |_| redirect("http://169.254.169.254/latest/meta-data/");
    redirects_to_a_number => "blocked_address", |_| redirect("http://0xa9fea9fe/");
    redirects_to_mapped_loopback => "blocked_address", |ask| redirect(&format!("http://[::ffff:0:127.0.0.1]:{}/", ask.at.port()));
    redirects_to_ftp => "redirect", |_| redirect("ftp://blatt.example/feed");
    redirects_to_a_file => "redirect", |_| redirect("file:///etc/passwd");
    redirects_to_nowhere => "redirect", |_| answer(302, "", b"");
    redirects_to_nonsense => "redirect", |_| redirect("http://[::1/");
    redirects_to_a_giant_address => "bad_url", |_| redirect(&format!("/{}", "a".repeat(9_000)));
    redirects_with_a_password => "read", |ask| if ask.nth == 0 { redirect(&format!("http://wer:geheim@{}/b", ask.at)) } else { with("", &feed(3)) };
    redirects_to_a_page => "not_a_feed", |ask| if ask.nth == 0 { redirect("/start") } else { answer(200, "content-type: text/html\r\n", HTML) };
    demands_cookies => "redirect", |ask| if ask.has(b"cookie") { with("", &feed(3)) } else { answer(302, "set-cookie: da=1; path=/\r\nlocation: /feed\r\n", b"") };

    // Encodings and size.
    bombs_with_gzip => "bomb", |_| bomb("gzip");
    bombs_with_brotli => "bomb", |_| bomb("br");
    bombs_with_zstd => "bomb", |_| bomb("zstd");
    bombs_with_deflate => "bomb", |_| bomb("deflate");
    bombs_with_bare_deflate => "bomb", |_| bomb("bare");
    bombs_with_half_a_gigabyte => "bomb", |_| with("content-encoding: zstd\r\n", &great_bomb());
    bombs_in_a_refusal => "http_5xx", |_| answer(500, "content-encoding: zstd\r\n", &great_bomb());
    stacks_encodings => "decode", |_| with("content-encoding: gzip, gzip\r\n", b"x");
    stacks_encodings_in_two_headers => "decode", |_| with("content-encoding: gzip\r\ncontent-encoding: br\r\n", b"x");
    encodes_unheard_of => "decode", |_| with("content-encoding: rot13\r\n", &feed(3));
    says_gzip_and_sends_plain => "decode", |_| with("content-encoding: gzip\r\n", &feed(3));
    says_brotli_and_sends_gzip => "decode", |_| with("content-encoding: br\r\n", &coded_apart("gzip", feed(3)));
    says_nothing_and_sends_gzip => "read", |_| with("", &coded_apart("gzip", feed(3)));
    sends_bare_deflate => "read", |_| with("content-encoding: deflate\r\n", &coded_apart("bare", feed(3)));
    cuts_off_its_gzip => "decode", |_| { let mut body = coded_apart("gzip", feed(99)); body.truncate(body.len() / 2); with("content-encoding: gzip\r\n", &body) };
    pads_its_gzip => "read", |_| { let mut body = coded_apart("gzip", feed(9)); body.extend([0; 999]); with("content-encoding: gzip\r\n", &body) };
    asks_for_a_giant_window => "decode", |_| with("content-encoding: zstd\r\n", &[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x11 << 3, 0x03, 0, 0]);
    sends_without_end => "too_large", |_| vec![text(OPEN), Forever(vec![b' '; 4_096])];
    sends_chunks_without_end => "too_large", |_| vec![text(CHUNKED), Forever(format!("1000\r\n{}\r\n", " ".repeat(4_096)).into_bytes())];
    refuses_without_end => "http_5xx", |_| vec![text("HTTP/1.1 500 x\r\n\r\n"), Forever(vec![b' '; 4_096])];

    // Statuses.
    unchanged_without_being_asked => "http_other", |_| vec![text("HTTP/1.1 304 x\r\n\r\n")];
    sends_a_part => "http_other", |_| answer(206, "content-range: bytes 0-9/99\r\n", b"<rss versi");
    offers_a_choice => "http_other", |_| answer(300, "", b"");
    answers_status_999 => "http_other", |_| vec![text("HTTP/1.1 999 x\r\nconnection: close\r\n\r\n")];
    answers_no_content => "not_a_feed", |_| vec![text("HTTP/1.1 204 x\r\n\r\n")];
    answers_nothing => "not_a_feed", |_| with(FEED_TYPE, b"");
    wants_a_login => "http_401", |_| answer(401, "www-authenticate: Basic\r\n", b"");
    forbids => "http_403", |_| answer(403, "", b"<html><title>403 Forbidden</title></html>");
    has_nothing => "http_404", |_| answer(404, "", HTML);
    is_gone => "http_410", |_| answer(410, "", b"");
    is_a_teapot => "http_4xx", |_| answer(418, "", b"");
    is_asked_too_often => "http_429", |_| answer(429, "retry-after: 7200\r\n", b"");
    is_asked_too_often_till_a_date => "http_429", |_| answer(429, "date: Mon, 02 Nov 2026 10:00:00 GMT\r\nretry-after: Mon, 02 Nov 2026 12:00:00 GMT\r\n", b"");
    is_asked_too_often_for_ever => "http_429", |_| answer(429, "retry-after: 99999999999999999999\r\n", b"");
    is_broken => "http_5xx", |_| answer(500, "", b"Traceback");
    is_busy => "http_5xx", |_| answer(503, "retry-after: 7200\r\n", b"");
    walls_with_403 => "bot_wall", |_| answer(403, "", BOT_WALL);
    walls_with_503 => "bot_wall", |_| answer(503, "content-encoding: gzip\r\n", &coded_apart("gzip", BOT_WALL.to_vec()));
    walls_with_429 => "bot_wall", |_| answer(429, "cf-mitigated: challenge\r\n", b"");
    walls_with_200 => "bot_wall", |_| answer(200, "content-type: text/html\r\n", BOT_WALL);
    walls_with_a_captcha => "bot_wall", |_| with("", b"<html><body><form><div class=\"g-recaptcha\"></div></form></body></html>");

    // Documents.
    sends_a_page => "not_a_feed", |_| answer(200, "content-type: text/html\r\n", HTML);
    sends_a_consent_page => "not_a_feed", |_| answer(200, FEED_TYPE, CONSENT);
    sends_the_wrong_type => "read", |_| with("content-type: application/octet-stream\r\n", &feed(3));
    sends_the_wrong_charset => "read", |_| with("content-type: text/xml; charset=utf-16\r\n", &feed(3));
    sends_byte_order_marks => "read", |_| with(FEED_TYPE, &["\u{feff}\u{feff}\n".as_bytes(), &feed(3)].concat());
    sends_nul_bytes => "read", |_| with(FEED_TYPE, &String::from_utf8(feed(3)).unwrap().replace("Meldung", "Mel\0dung").into_bytes());
    cuts_off_the_feed => "partial", |_| { let mut body = feed(9); body.truncate(body.len() - 60); with(FEED_TYPE, &body) };
    sends_200_000_entries => "read", |_| with(FEED_TYPE, &feed(200_000));
}
