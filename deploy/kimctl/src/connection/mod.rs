//! The services and the broker, where they are and who calls them.

mod addresses;
mod services;

pub use services::Services;

use std::{fs, io, time::Duration};

use anyhow::{Context, anyhow, bail};
use async_nats::{ConnectErrorKind, ConnectOptions};
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use crate::cli::Options;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A connection to a service that is made when it is first called.
pub fn channel(address: &str) -> anyhow::Result<Channel> {
    if !address.starts_with("http://") {
        bail!("alamat {address} harus diawali http://, misalnya http://127.0.0.1:7401");
    }
    let endpoint =
        Endpoint::from_shared(address.to_owned()).with_context(|| format!("alamat {address} salah bentuk"))?;
    Ok(endpoint.connect_timeout(CONNECT_WITHIN).tcp_nodelay(true).connect_lazy())
}

/// The caller's token, from wherever it is named.
pub fn token(options: &Options) -> anyhow::Result<String> {
    if let Some(token) = &options.token {
        return Ok(token.trim().to_owned());
    }
    let path = options.token_file();
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "token tidak ada di {}; jalankan deploy/local/up, sebutkan KIM_HOME yang benar, atau pakai --token-file",
            path.display()
        ),
        Err(error) => Err(error).with_context(|| format!("token di {} tidak terbaca", path.display())),
    }
}

/// The broker, with the operator's key. Does not try again: an operator wants to know now.
pub async fn broker(options: &Options) -> anyhow::Result<async_nats::Client> {
    let address = options.nats();
    let mut connecting = ConnectOptions::new()
        .name("kimctl")
        .connection_timeout(CONNECT_WITHIN)
        .custom_inbox_prefix(options.nats_inbox.as_deref().unwrap_or("_INBOX_admin"))
        // What is wrong with a connection is said by whoever uses it.
        .event_callback(|_| async {});
    let seed = options.nats_seed_file();
    match fs::read_to_string(&seed) {
        Ok(text) => connecting = connecting.nkey(text.trim().to_owned()),
        // A broker of one's own may have no keys.
        Err(error) if error.kind() == io::ErrorKind::NotFound && options.nats_seed_file.is_none() => {}
        Err(error) => return Err(error).with_context(|| format!("benih NKey {} tidak terbaca", seed.display())),
    }
    connecting.connect(&address).await.map_err(|error| match error.kind() {
        ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
            anyhow!("NATS di {address} menolak kunci di {}; pakai benih yang benar: --nats-seed-file", seed.display())
        }
        ConnectErrorKind::Io | ConnectErrorKind::TimedOut | ConnectErrorKind::Dns => {
            anyhow!("NATS tidak menjawab di {address}")
        }
        _ => anyhow!("NATS di {address} tidak dapat dipakai: {error}"),
    })
}

/// What a service's refusal means to a person, and where to look when it is silent.
#[must_use]
pub fn words(status: &Status) -> String {
    match status.code() {
        Code::Unavailable | Code::Unknown | Code::Cancelled => {
            format!("{}; periksa dengan kimctl status", plain(status).trim_end_matches('.'))
        }
        Code::Unauthenticated => format!("{}; periksa dengan kimctl token show", plain(status).trim_end_matches('.')),
        _ => plain(status),
    }
}

/// What a service's refusal means to a person, in its own words when it has some: all that is wrong, each on its line.
#[must_use]
pub fn plain(status: &Status) -> String {
    let details = status.get_error_details();
    if let Some(told) = details.localized_message() {
        let wrong = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
        if wrong.len() > 1 {
            let wrong: Vec<&str> = wrong.iter().map(|wrong| wrong.description.as_str()).collect();
            return format!("\n- {}", wrong.join("\n- "));
        }
        return told.message.clone();
    }
    match status.code() {
        Code::Unavailable => "layanan tidak menjawab".to_owned(),
        Code::Unauthenticated => "token tidak diterima".to_owned(),
        Code::PermissionDenied => "token ini tidak berhak melakukannya".to_owned(),
        Code::DeadlineExceeded => "layanan terlalu lama menjawab; coba lagi".to_owned(),
        Code::ResourceExhausted => "layanan sedang penuh; coba lagi sebentar".to_owned(),
        Code::Unimplemented => "layanan belum mengenal permintaan ini; perbarui layanannya".to_owned(),
        // How a connection that was cut in the midst shows itself.
        Code::Unknown | Code::Cancelled => "sambungan ke layanan terputus".to_owned(),
        _ => format!("layanan menolak: {}", status.message()),
    }
}

#[cfg(test)]
mod tests {
    use kim_chassis::errors::Fault;

    use super::*;

    #[test]
    fn a_refusal_speaks_in_the_services_words_or_in_ours() {
        assert_eq!(words(&Fault::busy().into()), "Layanan sedang penuh. Coba lagi sebentar lagi.");
        assert_eq!(words(&Status::unavailable("tcp")), "layanan tidak menjawab; periksa dengan kimctl status");
        let two = Fault::invalid("BAD", "Salah. (Masih ada 1 kesalahan lain.)", "bad");
        let two = two.violation("name", "Nama kosong.").violation("code", "Kode kosong.");
        assert_eq!(words(&two.into()), "\n- Nama kosong.\n- Kode kosong.");
        assert!(channel("https://kim.example").is_err());
    }
}
