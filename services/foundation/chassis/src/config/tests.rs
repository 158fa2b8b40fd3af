use std::{ffi::OsString, net::SocketAddr};

use serde::Deserialize;

use super::{Check, Database, Grpc, Http, Identity, Nats, Problems, Telemetry, loading::from_text};

#[derive(Debug, Deserialize)]
struct Example {
    grpc: Grpc,
    http: Http,
    database: Database,
    nats: Nats,
    identity: Identity,
    telemetry: Telemetry,
    registry: Own,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    decree: String,
    policies: u8,
    also: SocketAddr,
    simulated: bool,
}

impl Check for Example {
    fn check(&self, problems: &mut Problems) {
        problems.section("grpc", &self.grpc);
        problems.section("http", &self.http);
        problems.section("database", &self.database);
        problems.section("nats", &self.nats);
        problems.section("identity", &self.identity);
        problems.section("telemetry", &self.telemetry);
        problems.section("registry", &self.registry);
    }
}

impl Check for Own {
    fn check(&self, problems: &mut Problems) {
        problems.required("decree", &self.decree, "tulis misalnya \"2025\"");
        problems.within("policies", &self.policies, &(1..=8));
    }
}

fn good() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let jwks = dir.path().join("jwks.json");
    std::fs::write(&jwks, "{}").unwrap();
    let text = format!(
        r#"
        [grpc]
        listen = "127.0.0.1:7401"
        [http]
        listen = "127.0.0.1:7451"
        [database]
        url = "postgres://registry@127.0.0.1:7432/registry"
        [nats]
        url = "nats://127.0.0.1:7422"
        [identity]
        issuer = "kim-local"
        jwks_file = "{}"
        [telemetry]
        log = "pretty"
        [registry]
        decree = "2025"
        policies = 2
        also = "127.0.0.1:1"
        simulated = false
        "#,
        jwks.display()
    );
    (dir, text)
}

fn read(text: &str, variables: &[(&str, &str)]) -> Result<Example, Vec<String>> {
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    from_text(text, variables).map_err(|errors| errors.problems().iter().map(ToString::to_string).collect())
}

#[test]
fn a_good_file_is_read_and_variables_go_before_it() {
    let (_dir, text) = good();
    let variables = [
        ("KIM__GRPC__DEADLINE_MS", "2500"),
        ("KIM__REGISTRY__DECREE", "2023"),
        ("KIM__REGISTRY__SIMULATED", "true"),
        ("KIM_HOME", "/somewhere"),
        ("PATH", "/bin"),
    ];
    let config = read(&text, &variables).unwrap();
    assert_eq!(config.grpc.deadline_ms, 2500);
    assert_eq!(config.grpc.max_message_bytes, 4 * 1024 * 1024, "what is not written has its default");
    assert_eq!(config.registry.decree, "2023", "a text that looks like a number stays a text");
    assert!(config.registry.simulated);
    assert_eq!(config.registry.also.port(), 1);
}

#[test]
fn every_mistake_is_named_at_once() {
    let (dir, _) = good();
    let dir = dir.path().display();
    let text = format!(
        r#"
        [grpc]
        listen = "abc"
        max_in_flight = 0
        deadline_ms = "sepuluh"
        max_mesage_bytes = 1
        [database]
        url = "postgres://registry:rahasia@127.0.0.1/registry"
        max_connections = -1
        [nats]
        url = "http://127.0.0.1"
        nkey_seed_file = "{dir}/tidak-ada"
        [identity]
        audience = ""
        leeway_seconds = 61
        jwks_url = "http://sso.example.go.id/jwks.json"
        [telemetry]
        log = "xml"
        filter = "a=b=c"
        otlp_endpoint = "4317"
        sample_ratio = 2.0
        [registry]
        policies = 300
        also = "x"
        [regstry]
        decree = "2025"
        "#
    );
    let found = read(&text, &[("KIM__HTTP__LISTEN", "7451"), ("KIM__HTTP__PORT", "1")]).unwrap_err();
    let expected = [
        "database.max_connections: -1 di luar jangkauan; tulis bilangan bulat",
        "database.url: berisi kata sandi; pindahkan alamat itu ke sebuah berkas dan sebutkan di url_file",
        r#"grpc.deadline_ms: "sepuluh" bukan bilangan bulat; tulis bilangan bulat"#,
        r#"grpc.listen: "abc" bukan alamat; tulis misalnya 127.0.0.1:7401"#,
        "grpc.max_in_flight: 0 di luar batas; tulis bilangan 1 sampai 1000000",
        "grpc.max_mesage_bytes: kunci tidak dikenal; mungkin maksudnya max_message_bytes",
        r#"http.listen: "7451" bukan alamat (dari variabel KIM__HTTP__LISTEN); tulis misalnya 127.0.0.1:7401"#,
        "http.port: kunci tidak dikenal (dari variabel KIM__HTTP__PORT); yang ada: listen",
        "identity.audience: belum diisi; tulis misalnya \"kim\"",
        "identity.issuer: belum diisi; tulis penerbit token persis seperti klaim iss",
        r#"identity.jwks_url: "http://sso.example.go.id/jwks.json" bukan alamat https; kunci penerbit harus diambil lewat https"#,
        "identity.leeway_seconds: 61 di luar batas; tulis bilangan 0 sampai 60",
        &format!("nats.nkey_seed_file: berkas {dir}/tidak-ada tidak ada; perbaiki jalurnya atau hak aksesnya"),
        "nats.url: bukan alamat NATS; tulis misalnya nats://127.0.0.1:7422",
        r#"registry.also: "x" bukan alamat; tulis misalnya 127.0.0.1:7401"#,
        "registry.decree: belum diisi; tulis teks",
        "registry.policies: 300 di luar jangkauan; tulis bilangan bulat",
        "registry.simulated: belum diisi; tulis true atau false",
        "regstry: kunci tidak dikenal; hapus atau perbaiki ejaannya",
        r#"telemetry.filter: "a=b=c" tidak terbaca; tulis misalnya info,kim_eventlog=debug"#,
        r#"telemetry.log: "xml" tidak dikenal; tulis salah satu: json, pretty"#,
        r#"telemetry.otlp_endpoint: "4317" bukan alamat; tulis misalnya http://127.0.0.1:4317"#,
        "telemetry.sample_ratio: 2 di luar batas; tulis bilangan 0 sampai 1",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_empty_configuration_names_all_that_is_missing() {
    let found = read("", &[]).unwrap_err();
    let paths = found.iter().map(|line| line.split(": ").next().unwrap()).collect::<Vec<_>>();
    let expected = [
        "database.url_file",
        "grpc.listen",
        "http.listen",
        "identity.issuer",
        "identity.jwks_file",
        "nats.url",
        "registry.also",
        "registry.decree",
        "registry.policies",
        "registry.simulated",
    ];
    assert_eq!(paths, expected, "{found:#?}");
}

#[test]
fn a_file_that_is_no_toml_names_its_line() {
    let found = read("[grpc]\nlisten = \n", &[]).unwrap_err();
    assert!(found[0].starts_with("baris 2 bukan TOML"), "{found:?}");
}

#[test]
fn a_section_written_as_a_value_is_named() {
    let (_dir, text) = good();
    let text = text.replace("[nats]", "[nats_]").replace("[grpc]", "nats = 1\n[grpc]");
    let found = read(&text, &[]).unwrap_err();
    assert_eq!(found[0], "nats: 1 bukan sebuah bagian; tulis sebuah bagian");
    assert_eq!(found[1], "nats_: kunci tidak dikenal; hapus atau perbaiki ejaannya");
}

#[test]
fn a_value_that_may_be_secret_is_not_repeated() {
    let found = read("[database]\nurl = 5\n[registry]\n", &[("KIM__DATABASE__URL_FILE", "")]).unwrap_err();
    assert!(found.iter().any(|line| line == "database.url: nilainya bukan teks; tulis teks"), "{found:#?}");
}
