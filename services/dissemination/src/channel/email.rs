//! The e-mail channel: a material as a letter in Indonesian, by the relay that the configuration names.

use std::{
    fmt::Write,
    fs, io,
    path::PathBuf,
    time::{Duration, Instant},
};

use kim_chassis::config::{Check, Problems};
use kim_webhook::{Attempt, Failure, Outcome};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{self, authentication::Credentials},
};
use serde::Deserialize;

use super::message::{Kind, Notification};
use crate::domain::{content::Content, material::Publication};

/// The longest that a relay may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// `[email]`: the relay that takes letters. Without `relay` there is no e-mail channel.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Email {
    /// Its name or address; empty for none.
    pub relay: String,
    pub port: u16,
    pub encryption: Encryption,
    /// Empty where the relay asks for none.
    pub username: String,
    pub password_file: Option<PathBuf>,
    /// Who the letters are from: `KIM <kim@contoh.go.id>`.
    pub from: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// A plain connection becomes an encrypted one before anything is told; port 587.
    #[default]
    Starttls,
    /// Encrypted from the first byte; port 465.
    Tls,
    /// None: for a relay on this very machine.
    None,
}

impl Default for Email {
    fn default() -> Self {
        Self {
            relay: String::new(),
            port: 587,
            encryption: Encryption::default(),
            username: String::new(),
            password_file: None,
            from: String::new(),
        }
    }
}

impl Check for Email {
    fn check(&self, problems: &mut Problems) {
        if self.relay.is_empty() {
            return;
        }
        if self.from.parse::<Mailbox>().is_err() {
            problems.add("from", "bukan alamat surel", "tulis misalnya KIM <kim@contoh.go.id>");
        }
        if self.encryption == Encryption::None && !["localhost", "127.0.0.1", "::1"].contains(&self.relay.as_str()) {
            problems.add("encryption", "tanpa penyandian ke server lain", "tulis starttls atau tls");
        }
        match (&self.password_file, self.username.is_empty()) {
            (Some(path), false) => problems.readable("password_file", path),
            (None, false) => problems.add("password_file", "belum diisi", "sebutkan berkas kata sandi username itu"),
            (Some(_), true) => problems.add("username", "belum diisi", "isi bersama password_file"),
            (None, true) => {}
        }
    }
}

/// Why there is no relay.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    #[error("email.password_file tidak dapat dibaca: {0}")]
    Password(#[from] io::Error),
    #[error("email.relay: {0}")]
    Relay(#[from] smtp::Error),
    #[error("email.from bukan alamat surel: {0}")]
    From(#[from] lettre::address::AddressError),
}

/// A relay, and who letters are from. Cheap to clone.
#[derive(Clone)]
pub(super) struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Relay {
    /// `None` where the configuration names none.
    pub fn of(email: &Email) -> Result<Option<Self>, RelayError> {
        if email.relay.is_empty() {
            return Ok(None);
        }
        let builder = match email.encryption {
            Encryption::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&email.relay)?,
            Encryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&email.relay)?,
            Encryption::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&email.relay),
        };
        let mut builder = builder.port(email.port).timeout(Some(PATIENCE));
        if let Some(path) = &email.password_file {
            let password = fs::read_to_string(path)?.trim_end().to_owned();
            builder = builder.credentials(Credentials::new(email.username.clone(), password));
        }
        Ok(Some(Self { transport: builder.build(), from: email.from.parse()? }))
    }

    /// Sends one letter.
    pub async fn send(
        &self,
        to: &lettre::Address,
        id: &str,
        notification: &Notification,
        publication: Option<&Publication>,
    ) -> Attempt {
        let begun = Instant::now();
        let outcome = match self.letter(to, id, notification, publication) {
            Ok(letter) => match self.transport.send(letter).await {
                Ok(response) => Outcome::Delivered(status(response.code().into())),
                Err(error) => failed(&error),
            },
            Err(error) => {
                tracing::error!(%error, "a letter cannot be written");
                Failure::Unreadable.into()
            }
        };
        Attempt { outcome, took: begun.elapsed() }
    }

    fn letter(
        &self,
        to: &lettre::Address,
        id: &str,
        notification: &Notification,
        publication: Option<&Publication>,
    ) -> Result<Letter, lettre::error::Error> {
        // The same at each attempt, so that a mailbox can tell that it has the letter already.
        let id = format!("<{id}@{}>", self.from.email.domain());
        Letter::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .message_id(Some(id))
            .subject(subject(notification.kind, publication))
            .body(body(notification, publication))
    }
}

/// The longest that one letter may take.
pub(super) const LONGEST: Duration = PATIENCE;

fn status(code: u16) -> http::StatusCode {
    http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::OK)
}

/// A mailbox that is not there (5xx) may be there tomorrow, as the world's mail servers are: it is tried again like all else, and suspended
/// when days have passed.
fn failed(error: &smtp::Error) -> Outcome {
    let failure = if error.is_permanent() {
        Failure::Refused
    } else if error.is_transient() {
        Failure::Unavailable
    } else if error.is_timeout() {
        Failure::Late
    } else if error.is_tls() {
        Failure::Untrusted
    } else if error.is_response() {
        Failure::Unreadable
    } else {
        Failure::Unreachable
    };
    Outcome::Failed { failure, status: error.status().map(|code| status(code.into())), after: None }
}

fn indonesian(publication: &Publication) -> &Content {
    publication.wording.contents.each().next().expect("Indonesian is always there")
}

fn subject(kind: Kind, publication: Option<&Publication>) -> String {
    match (kind, publication) {
        (Kind::Assigned, Some(publication)) => format!("Materi KIM: {}", indonesian(publication).title),
        (Kind::Corrected, Some(publication)) => format!("Ralat materi KIM: {}", indonesian(publication).title),
        _ => "Materi KIM ditarik: jangan disebarkan lagi".to_owned(),
    }
}

fn body(notification: &Notification, publication: Option<&Publication>) -> String {
    let mut text = String::new();
    if let Some(publication) = publication {
        let content = indonesian(publication);
        if let (Kind::Corrected, Some(note)) = (notification.kind, &publication.wording.note) {
            let _ = write!(text, "Yang diralat: {note}\n\nMateri yang berlaku sekarang:\n\n");
        }
        let _ = write!(text, "{}\n\n{}\n", content.title, content.body);
        for link in &content.links {
            let _ = write!(text, "\n{}: {}", link.title, link.address);
        }
        if !content.media.is_empty() {
            let _ = write!(text, "\nLampiran: {}; buka di kotak masuk KIM.", content.media.len());
        }
    } else {
        text.push_str("Sebuah materi yang pernah dikirim kepada KIM Anda ditarik dan tidak boleh disebarkan lagi.\n");
    }
    let _ = write!(
        text,
        "\n\n--\nKampanye {}, KIM {}, materi {} versi {}.\nKonfirmasi penerimaan di kotak masuk KIM Anda.\n",
        notification.campaign, notification.community, notification.material, notification.version
    );
    text
}
