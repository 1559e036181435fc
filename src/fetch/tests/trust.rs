//! Whom the client trusts: names that change their address, and certificates.

use super::{Server, redirect, send, settings};
use crate::config;
use crate::fetch::{Answer, Client, FetchError, Validators};
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{AlpnError, SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

/// A resolver that gives one answer after the other, the last for ever.
struct Scripted(Mutex<VecDeque<Vec<IpAddr>>>);

impl Scripted {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |ips: &&[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect();
        Arc::new(Self(Mutex::new(answers.iter().map(parse).collect())))
    }
}

impl Resolve for Scripted {
    fn resolve(&self, _: Name) -> Resolving {
        let mut answers = self.0.lock().unwrap();
        let now = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        let found = now.unwrap_or_default().into_iter().map(|ip| SocketAddr::new(ip, 0));
        let found: Addrs = Box::new(found.collect::<Vec<_>>().into_iter());
        Box::pin(async move { Ok(found) })
    }
}

/// One loopback address stands for the public network, all others for a private one.
fn one_is_public() -> config::Fetch {
    config::Fetch { allow_networks: vec!["127.0.0.1/32".into()], ..settings() }
}

async fn ask(client: &Client, url: &str) -> Result<Answer, FetchError> {
    client.feed(url, &Validators::default()).await
}

async fn label(client: &Client, url: &str) -> &'static str {
    ask(client, url).await.map_or_else(|e| e.label(), |_| "fetched")
}

#[tokio::test]
async fn a_name_that_turns_private_after_the_first_answer_gains_nothing() {
    let server = Server::start(vec![("/", send(200, &[], "geheim"))]).await;
    let names = Scripted::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let client = Client::with(&one_is_public(), names, Vec::new()).unwrap();
    let url = format!("http://wechsel.example:{}/", server.at.port());
    assert_eq!(label(&client, &url).await, "fetched");
    assert_eq!(label(&client, &url).await, "blocked_address");
    assert_eq!(server.asked("/"), 1);
}

#[tokio::test]
async fn a_name_that_turns_private_between_two_hops_gains_nothing() {
    let server =
        Server::start(vec![("/", redirect(302, "/da")), ("/da", send(200, &[], "geheim"))]).await;
    let names = Scripted::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let client = Client::with(&one_is_public(), names, Vec::new()).unwrap();
    let url = format!("http://wechsel.example:{}/", server.at.port());
    assert_eq!(label(&client, &url).await, "blocked_address");
    assert_eq!((server.asked("/"), server.asked("/da")), (1, 0));
}

#[tokio::test]
async fn of_mixed_addresses_only_the_permitted_are_connected_to() {
    let server = Server::start(vec![("/", send(200, &[], "da"))]).await;
    let names = Scripted::new(&[&["10.0.0.1", "::1", "127.0.0.1", "169.254.169.254"]]);
    let client = Client::with(&one_is_public(), names, Vec::new()).unwrap();
    let url = format!("http://gemischt.example:{}/", server.at.port());
    assert_eq!(label(&client, &url).await, "fetched");
}

#[tokio::test]
async fn a_name_without_an_address_and_one_with_private_ones_are_told_apart() {
    for (addresses, expected) in [
        (&["10.0.0.1", "fd00:ec2::254", "::ffff:127.0.0.2"][..], "blocked_address"),
        (&["64:ff9b::a9fe:a9fe"][..], "blocked_address"),
    ] {
        let client =
            Client::with(&one_is_public(), Scripted::new(&[addresses]), Vec::new()).unwrap();
        assert_eq!(label(&client, "http://innen.example/").await, expected, "{addresses:?}");
        assert_eq!(label(&client, "https://innen.example/").await, expected, "{addresses:?}");
    }
}

/// A certificate for names below `example`, and its key.
fn certificate(names: &[&str], days: (i64, i64)) -> (X509, PKey<Private>) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_nid(Nid::COMMONNAME, "Test").unwrap();
    let subject = subject.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_pubkey(&key).unwrap();
    let now = jiff::Timestamp::now().as_second();
    let at = |days: i64| Asn1Time::from_unix(now + days * 86_400).unwrap();
    builder.set_not_before(&at(days.0)).unwrap();
    builder.set_not_after(&at(days.1)).unwrap();
    builder.append_extension(BasicConstraints::new().ca().build().unwrap()).unwrap();
    let mut alternative = SubjectAlternativeName::new();
    for name in names {
        alternative.dns(name);
    }
    let alternative = alternative.build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(alternative).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    (builder.build(), key)
}

/// Serves over TLS; keeps what protocols were offered.
fn serve(certificate: &X509, key: &PKey<Private>) -> (u16, Arc<Mutex<Vec<u8>>>) {
    let mut acceptor = SslAcceptor::mozilla_intermediate(SslMethod::tls_server()).unwrap();
    acceptor.set_private_key(key).unwrap();
    acceptor.set_certificate(certificate).unwrap();
    let offered = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&offered);
    acceptor.set_alpn_select_callback(move |_, protocols| {
        *kept.lock().unwrap() = protocols.to_vec();
        openssl::ssl::select_next_proto(b"\x08http/1.1", protocols).ok_or(AlpnError::NOACK)
    });
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = acceptor.accept(stream.unwrap()) else { continue };
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 x\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<rss/>",
            );
            let _ = stream.shutdown();
        }
    });
    (port, offered)
}

#[tokio::test]
async fn certificates_are_checked_and_http_2_is_offered() {
    let (good, key) = certificate(&["blatt.example"], (-1, 1));
    let (port, offered) = serve(&good, &key);
    let root = reqwest::Certificate::from_der(&good.to_der().unwrap()).unwrap();
    let names = || Scripted::new(&[&["127.0.0.1"]]);
    let trusting = Client::with(&settings(), names(), vec![root]).unwrap();
    assert_eq!(label(&trusting, &format!("https://blatt.example:{port}/")).await, "fetched");
    let offered = offered.lock().unwrap().clone();
    assert!(offered.windows(3).any(|part| part == b"\x02h2"), "{offered:?}");
    let other = label(&trusting, &format!("https://anderes.example:{port}/")).await;
    assert_eq!(other, "tls", "a certificate of another name");
    let plain = Client::with(&settings(), names(), Vec::new()).unwrap();
    let own = label(&plain, &format!("https://blatt.example:{port}/")).await;
    assert_eq!(own, "tls", "a certificate that nobody vouches for");

    let (old, key) = certificate(&["blatt.example"], (-9, -1));
    let (port, _) = serve(&old, &key);
    let root = reqwest::Certificate::from_der(&old.to_der().unwrap()).unwrap();
    let trusting = Client::with(&settings(), names(), vec![root]).unwrap();
    let expired = label(&trusting, &format!("https://blatt.example:{port}/")).await;
    assert_eq!(expired, "tls", "a certificate of yesterday");
}
