//! One attempt, without a queue.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use kim_webhook::{
    Address, Addresses, Client, Destination, Exceptions, Failure, Guard, Outcome, Patience, Resolve, Secret, Secrets,
};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::{RootCertStore, ServerConfig};
use time::{OffsetDateTime, macros::datetime};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::TlsAcceptor;

use crate::{
    receiver::{Act, OK, Receiver, read, say},
    rig::{client, exceptions, guard, message},
};

const AT: OffsetDateTime = datetime!(2022-10-06 02:00 UTC);
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(300);

async fn outcome(act: Act, total: Duration) -> Outcome {
    let receiver = Receiver::start(move |_| act.clone()).await;
    client(guard(), total).attempt(&receiver.destination(), &message("m"), AT).await.outcome
}

#[tokio::test]
async fn an_attempt_is_delivered_when_a_whole_answer_says_so_in_time() {
    let chunked = "HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let until_close = "HTTP/1.1 200 OK\r\n\r\nok";
    let early = format!("HTTP/1.1 100 Continue\r\n\r\n{OK}");
    let large = format!("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n{}", "x".repeat(16 * 1024));
    for answer in [OK, "HTTP/1.1 204 No Content\r\n\r\n", chunked, until_close, &early, &large] {
        let outcome = outcome(say(answer), LONG).await;
        assert!(matches!(outcome, Outcome::Delivered(_)), "{answer:.60}: {outcome:?}");
    }
    assert!(matches!(outcome(Act::Endless, LONG).await, Outcome::Delivered(_)), "what goes on is not listened to");
}

#[tokio::test]
async fn an_attempt_fails_when_the_answer_is_no_whole_one() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(100));
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    for (act, failure) in [
        (Act::Close, Failure::Cut),
        (say(""), Failure::Cut),
        (say("HTTP/1.1 200 OK\r\ncontent-le"), Failure::Cut),
        (say("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok"), Failure::Cut),
        (say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n"), Failure::Cut),
        (say("220 smtp.example ESMTP\r\n"), Failure::Unreadable),
        (say("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"), Failure::Unreadable),
        (say(&many), Failure::Unreadable),
        (say(&long), Failure::Unreadable),
        (Act::Hang, Failure::Late),
        (Act::SayAfter(LONG, OK.into()), Failure::Late),
    ] {
        let total = if failure == Failure::Late { SHORT } else { LONG };
        let said = format!("{act:.60?}");
        let Outcome::Failed { failure: found, .. } = outcome(act, total).await else { panic!("{said}") };
        assert_eq!(found, failure, "{said}");
    }
}

#[tokio::test]
async fn nobody_listens_or_nobody_is_allowed_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    for (address, failure) in [
        (format!("http://127.0.0.1:{port}/"), Failure::Unreachable),
        (format!("http://127.0.0.2:{port}/"), Failure::NotAllowed),
        (format!("http://[::ffff:127.0.0.2]:{port}/"), Failure::NotAllowed),
        ("https://tidak-ada.invalid/".to_owned(), Failure::Unresolved),
    ] {
        let secrets = Secrets::one(Secret::generate());
        let to = Destination { address: Address::parse(&address).unwrap(), secrets };
        let attempt = client(guard(), LONG).attempt(&to, &message("m"), AT).await;
        assert_eq!(attempt.outcome, failure.into(), "{address}");
    }
}

/// Leads to what is allowed when it is asked for the first time, and inside from then on.
struct Rebinding(Arc<AtomicUsize>);

impl Resolve for Rebinding {
    fn resolve<'a>(&'a self, _: &'a str) -> Addresses<'a> {
        let last = if self.0.fetch_add(1, SeqCst) == 0 { 1 } else { 2 };
        Box::pin(async move { Ok(vec![[127, 0, 0, last].into()]) })
    }
}

#[tokio::test]
async fn what_is_connected_to_is_what_was_looked_at() {
    let receiver = Receiver::start(|_| say(OK)).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let client = client(Guard::resolving(exceptions(), Rebinding(asked.clone())), LONG);
    let to = receiver.named("rebinding.example");
    let attempt = client.attempt(&to, &message("m"), AT).await;
    assert!(matches!(attempt.outcome, Outcome::Delivered(_)), "{attempt:?}");
    assert_eq!((asked.load(SeqCst), receiver.connections()), (1, 1), "the name is asked for once");
    let attempt = client.attempt(&to, &message("m"), AT).await;
    assert_eq!(attempt.outcome, Failure::NotAllowed.into());
    assert_eq!((asked.load(SeqCst), receiver.connections()), (2, 1), "and again at each attempt");
}

/// Leads all names to this host.
struct Here;

impl Resolve for Here {
    fn resolve<'a>(&'a self, _: &'a str) -> Addresses<'a> {
        Box::pin(async { Ok(vec![[127, 0, 0, 1].into()]) })
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

#[tokio::test]
async fn a_receiver_is_who_its_certificate_names() {
    let (known, unknown) = (authority(), authority());
    let mut roots = RootCertStore::empty();
    roots.add(known.der().clone()).unwrap();
    let guard = Guard::resolving(Exceptions { allowed_hosts: vec![], ..exceptions() }, Here);
    let client = Client::trusting(roots, guard, Patience { connect: LONG, total: LONG });
    let secret = Secret::generate();
    for (issuer, name, delivered) in
        [(&known, "kim.example", true), (&known, "lain.example", false), (&unknown, "kim.example", false)]
    {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://kim.example:{}/terima", listener.local_addr().unwrap().port());
        let key = secret.clone();
        let served = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            let mut stream = TlsAcceptor::from(Arc::new(config)).accept(tcp).await.ok()?;
            let id = read(&mut stream, &key).await?;
            stream.write_all(OK.as_bytes()).await.ok()?;
            stream.shutdown().await.ok()?;
            Some(id)
        });
        let to = Destination { address: Address::parse(&address).unwrap(), secrets: Secrets::one(secret.clone()) };
        let attempt = client.attempt(&to, &message("m"), AT).await;
        let arrived = served.await.unwrap();
        if delivered {
            assert!(matches!(attempt.outcome, Outcome::Delivered(_)), "{attempt:?}");
            assert_eq!(arrived.as_deref(), Some("m"));
        } else {
            assert_eq!((attempt.outcome, arrived), (Failure::Untrusted.into(), None), "{name}");
        }
    }
}
