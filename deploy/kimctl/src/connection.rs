//! The services and the broker, where they are and who calls them.

use std::{fs, io, path::PathBuf, time::Duration};

use anyhow::{Context, anyhow, bail};
use async_nats::{ConnectErrorKind, ConnectOptions};
use kim_contract::{
    log::v1::event_log_service_client::EventLogServiceClient,
    registry::v1::{
        assessment_service_client::AssessmentServiceClient, code_list_service_client::CodeListServiceClient,
        community_service_client::CommunityServiceClient, office_service_client::OfficeServiceClient,
        partnership_service_client::PartnershipServiceClient, rule_service_client::RuleServiceClient,
        training_service_client::TrainingServiceClient,
    },
    reporting::v1::reporting_service_client::ReportingServiceClient,
};
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use crate::cli::Options;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A message of a log's reader holds hundreds of events, each of half a megabyte at most.
const MESSAGE_BYTES: usize = 256 << 20;

/// Where the services are, and who calls them.
#[derive(Debug, Clone)]
pub struct Services {
    pub registry: Channel,
    pub reporting: Channel,
    addresses: [String; 2],
    bearer: MetadataValue<Ascii>,
}

impl Services {
    /// Connects when they are called.
    pub fn of(options: &Options) -> anyhow::Result<Self> {
        let bearer = format!("Bearer {}", token(options)?).parse().context("token memuat tanda yang tidak sah")?;
        let addresses = [options.registry(), options.reporting()];
        let [registry, reporting] = [channel(&addresses[0])?, channel(&addresses[1])?];
        Ok(Self { registry, reporting, addresses, bearer })
    }

    /// A request with the caller's token.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.bearer.clone());
        request
    }

    /// Why the registry did not do it.
    #[must_use]
    pub fn registry_said(&self, status: &Status) -> anyhow::Error {
        anyhow!("registri di {}: {}", self.addresses[0], words(status))
    }

    /// Why Reporting did not do it.
    #[must_use]
    pub fn reporting_said(&self, status: &Status) -> anyhow::Error {
        anyhow!("pelaporan di {}: {}", self.addresses[1], words(status))
    }

    #[must_use]
    pub fn log(&self) -> EventLogServiceClient<Channel> {
        EventLogServiceClient::new(self.registry.clone()).max_decoding_message_size(MESSAGE_BYTES)
    }

    #[must_use]
    pub fn communities(&self) -> CommunityServiceClient<Channel> {
        CommunityServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn rules(&self) -> RuleServiceClient<Channel> {
        RuleServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn offices(&self) -> OfficeServiceClient<Channel> {
        OfficeServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn partnerships(&self) -> PartnershipServiceClient<Channel> {
        PartnershipServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn trainings(&self) -> TrainingServiceClient<Channel> {
        TrainingServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn code_lists(&self) -> CodeListServiceClient<Channel> {
        CodeListServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn assessments(&self) -> AssessmentServiceClient<Channel> {
        AssessmentServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn reporting(&self) -> ReportingServiceClient<Channel> {
        ReportingServiceClient::new(self.reporting.clone())
    }
}

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

impl Options {
    #[must_use]
    pub fn registry(&self) -> String {
        self.registry.clone().unwrap_or_else(|| here(self.ports.registry()))
    }

    #[must_use]
    pub fn reporting(&self) -> String {
        self.reporting.clone().unwrap_or_else(|| here(self.ports.reporting()))
    }

    /// Where the registry's health is asked over HTTP. Unknown for a registry elsewhere, unless it is named.
    #[must_use]
    pub fn registry_http(&self) -> Option<String> {
        let own = || self.registry.is_none().then(|| here(self.ports.registry_http()));
        self.registry_http.clone().or_else(own)
    }

    /// Where the projection's health is asked over HTTP. Unknown for a projection elsewhere, unless it is named.
    #[must_use]
    pub fn reporting_http(&self) -> Option<String> {
        let own = || self.reporting.is_none().then(|| here(self.ports.projection_http()));
        self.reporting_http.clone().or_else(own)
    }

    #[must_use]
    pub fn nats(&self) -> String {
        self.nats.clone().unwrap_or_else(|| format!("nats://127.0.0.1:{}", self.ports.nats()))
    }

    #[must_use]
    pub fn nats_seed_file(&self) -> PathBuf {
        self.nats_seed_file.clone().unwrap_or_else(|| self.in_home("secrets/admin.nk"))
    }

    #[must_use]
    pub fn token_file(&self) -> PathBuf {
        self.token_file.clone().unwrap_or_else(|| self.in_home("tokens/national.jwt"))
    }

    /// A path below the home, or below its store, where root's servers have theirs.
    #[must_use]
    pub fn in_home(&self, below: &str) -> PathBuf {
        let path = self.home.join(below);
        let stored = self.home.join("store").join(below);
        if !path.exists() && stored.exists() { stored } else { path }
    }
}

fn here(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
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
    use clap::Parser;
    use kim_chassis::errors::Fault;

    use super::*;
    use crate::cli::Cli;

    fn options(args: &[&str]) -> Options {
        Cli::try_parse_from([&["kimctl", "--port", "9400", "status"], args].concat()).expect("it parses").options
    }

    #[test]
    fn a_refusal_speaks_in_the_services_words_or_in_ours() {
        assert_eq!(words(&Fault::busy().into()), "Layanan sedang penuh. Coba lagi sebentar lagi.");
        assert_eq!(words(&Status::unavailable("tcp")), "layanan tidak menjawab; periksa dengan kimctl status");
        let two = Fault::invalid("BAD", "Salah. (Masih ada 1 kesalahan lain.)", "bad");
        let two = two.violation("name", "Nama kosong.").violation("code", "Kode kosong.");
        assert_eq!(words(&two.into()), "\n- Nama kosong.\n- Kode kosong.");
    }

    #[test]
    fn addresses_follow_from_the_port_unless_they_are_named() {
        let local = options(&[]);
        assert_eq!(local.registry(), "http://127.0.0.1:9401");
        assert_eq!(local.reporting(), "http://127.0.0.1:9404");
        assert_eq!(local.nats(), "nats://127.0.0.1:9422");
        assert_eq!(local.registry_http().as_deref(), Some("http://127.0.0.1:9451"));
        assert_eq!(local.reporting_http().as_deref(), Some("http://127.0.0.1:9454"));
        let elsewhere = options(&["--registry", "http://kim.example:7401"]);
        assert_eq!(elsewhere.registry(), "http://kim.example:7401");
        assert_eq!(elsewhere.registry_http(), None, "nobody knows its port");
        assert!(channel("https://kim.example").is_err());
    }
}
